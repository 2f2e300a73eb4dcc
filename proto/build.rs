//! Compiles the contracts without a protoc, and writes the table of methods and their actions.

use std::{env, error::Error, fmt::Write as _, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let files = contracts("guanxi")?;
    println!("cargo::rerun-if-changed=guanxi");
    println!("cargo::rerun-if-changed=google");

    let mut compiler = protox::Compiler::new(["."])?;
    compiler
        .include_source_info(true)
        .include_imports(true)
        .open_files(&files)?;
    fs::write(
        out.join("guanxi.fds"),
        compiler.encode_file_descriptor_set(),
    )?;
    fs::write(
        out.join("methods.rs"),
        methods(&compiler.descriptor_pool())?,
    )?;

    let mut config = tonic_prost_build::Config::new();
    config.btree_map(["."]).enable_type_names();
    tonic_prost_build::configure()
        .build_transport(true)
        .compile_fds_with_config(compiler.file_descriptor_set(), config)?;
    Ok(())
}

/// Every .proto file below `folder`.
fn contracts(folder: &str) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|extension| extension == "proto")
            {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// `METHODS`: path, action, request type of each RPC, from the method options.
fn methods(pool: &protox::prost_reflect::DescriptorPool) -> Result<String, Box<dyn Error>> {
    let action = pool
        .get_extension_by_name("guanxi.types.v1.action")
        .ok_or("guanxi.types.v1.action is not declared")?;
    let mut table = String::from("&[\n");
    for service in pool
        .services()
        .filter(|s| s.full_name().starts_with("guanxi."))
    {
        for method in service.methods() {
            let options = method.options();
            let value = options.get_extension(&action);
            writeln!(
                table,
                "    Method {{ path: \"/{}/{}\", action: {:?}, request: {:?} }},",
                service.full_name(),
                method.name(),
                value.as_str().unwrap_or_default(),
                method.input().full_name(),
            )?;
        }
    }
    table.push_str("]\n");
    Ok(table)
}
