//! `PipelineService`.

use guanxi_events::sales::{PipelineDefinition, RequiredField, Stage, StageKey};
use guanxi_proto::sales::v1::{
    self as wire,
    pipeline_service_server::{PipelineService, PipelineServiceServer},
};
use guanxi_runtime::{Commands, Fields, command};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{asked, count_to_wire, each, found};
use crate::domain::pipeline::{Command, MAX_STAGES, Pipeline, Rules};

/// `PipelineService` on the service's commands.
struct Pipelines {
    commands: Commands,
}

pub(super) fn server(commands: Commands) -> PipelineServiceServer<impl PipelineService> {
    PipelineServiceServer::new(Pipelines { commands })
}

#[tonic::async_trait]
impl PipelineService for Pipelines {
    async fn create_pipeline(
        &self,
        request: Request<wire::CreatePipelineRequest>,
    ) -> Result<Response<wire::CreatePipelineResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn change_pipeline(
        &self,
        request: Request<wire::ChangePipelineRequest>,
    ) -> Result<Response<wire::ChangePipelineResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn get_pipeline(
        &self,
        request: Request<wire::GetPipelineRequest>,
    ) -> Result<Response<wire::GetPipelineResponse>, Status> {
        let asked_for = &request.get_ref().pipeline_id;
        let id: Uuid = asked(|fields| fields.id("pipeline_id", asked_for))?;
        let (state, version) = self.commands.get::<Pipeline, _>(&request, id).await?;
        let rules = found("pipeline", id, &state)?;
        Ok(Response::new(wire::GetPipelineResponse {
            pipeline: Some(to_wire(id, version.0, rules)),
        }))
    }
}

command!(wire::CreatePipelineRequest => wire::CreatePipelineResponse, Pipeline,
|request, fields| {
    let id = fields.new_id("pipeline_id", &request.pipeline_id);
    let rules = rules(fields, &request.rules.unwrap_or_default());
    Some((id?, Command::Create(rules?)))
});

command!(wire::ChangePipelineRequest => wire::ChangePipelineResponse, Pipeline,
|request, fields| {
    let id = fields.id("pipeline_id", &request.pipeline_id);
    let rules = rules(fields, &request.rules.unwrap_or_default());
    Some((id?, Command::Change(rules?)))
});

fn rules(fields: &mut Fields, rules: &wire::PipelineRules) -> Option<PipelineDefinition> {
    let name = fields.text("rules.name", &rules.name, 1, 100);
    let stages = each(fields, "rules.stages", &rules.stages, MAX_STAGES, stage);
    Some(PipelineDefinition {
        name: name?,
        stages: stages?,
        may_move_back: rules.may_move_back,
        may_reopen: rules.may_reopen,
    })
}

fn stage(fields: &mut Fields, path: &str, stage: &wire::Stage) -> Option<Stage> {
    let key = fields.parsed::<StageKey>(&format!("{path}.key"), &stage.key);
    let name = fields.text(&format!("{path}.name"), &stage.name, 1, 100);
    let probability = fields.whole(&format!("{path}.probability"), stage.probability, 0, 100);
    let probability = probability.and_then(|percent| u8::try_from(percent).ok());
    let rotting_days = format!("{path}.rotting_days");
    let rotting_days = fields.whole(&rotting_days, stage.rotting_days, 0, 3650);
    let path = format!("{path}.required_fields");
    let required = each(
        fields,
        &path,
        &stage.required_fields,
        50,
        |fields, at, n| fields.choice(at, *n, required_field),
    );
    Some(Stage {
        key: key?,
        name: name?,
        probability: probability?,
        required: required?,
        rotting_days: Some(rotting_days?).filter(|days| *days > 0),
        archived: stage.archived,
    })
}

fn required_field(field: wire::RequiredField) -> Option<RequiredField> {
    match field {
        wire::RequiredField::Unspecified => None,
        wire::RequiredField::Amount => Some(RequiredField::Amount),
        wire::RequiredField::ExpectedClose => Some(RequiredField::ExpectedClose),
        wire::RequiredField::Customer => Some(RequiredField::Customer),
        wire::RequiredField::ProductLines => Some(RequiredField::ProductLines),
        wire::RequiredField::Competitors => Some(RequiredField::Competitors),
        wire::RequiredField::Team => Some(RequiredField::Team),
        wire::RequiredField::Source => Some(RequiredField::Source),
    }
}

fn required_field_to_wire(field: RequiredField) -> wire::RequiredField {
    match field {
        RequiredField::Amount => wire::RequiredField::Amount,
        RequiredField::ExpectedClose => wire::RequiredField::ExpectedClose,
        RequiredField::Customer => wire::RequiredField::Customer,
        RequiredField::ProductLines => wire::RequiredField::ProductLines,
        RequiredField::Competitors => wire::RequiredField::Competitors,
        RequiredField::Team => wire::RequiredField::Team,
        RequiredField::Source => wire::RequiredField::Source,
    }
}

fn to_wire(id: Uuid, version: i64, rules: &Rules) -> wire::Pipeline {
    let definition = &rules.definition;
    wire::Pipeline {
        id: id.to_string(),
        version,
        rules_version: count_to_wire(rules.version),
        rules: Some(wire::PipelineRules {
            name: definition.name.clone(),
            stages: definition.stages.iter().map(stage_to_wire).collect(),
            may_move_back: definition.may_move_back,
            may_reopen: definition.may_reopen,
        }),
    }
}

fn stage_to_wire(stage: &Stage) -> wire::Stage {
    let required = stage.required.iter().copied();
    wire::Stage {
        key: stage.key.to_string(),
        name: stage.name.clone(),
        probability: stage.probability.into(),
        required_fields: required
            .map(|field| required_field_to_wire(field).into())
            .collect(),
        rotting_days: stage.rotting_days.unwrap_or_default().into(),
        archived: stage.archived,
    }
}

#[cfg(test)]
mod tests {
    use guanxi_runtime::CommandRequest;

    use super::*;

    fn stage_named(key: &str) -> wire::Stage {
        wire::Stage {
            key: key.into(),
            name: key.into(),
            probability: 40,
            required_fields: vec![wire::RequiredField::Amount.into()],
            rotting_days: 30,
            archived: false,
        }
    }

    fn request(stages: Vec<wire::Stage>) -> wire::CreatePipelineRequest {
        wire::CreatePipelineRequest {
            pipeline_id: Uuid::from_u128(1).to_string(),
            rules: Some(wire::PipelineRules {
                name: "Hardware".into(),
                stages,
                may_move_back: true,
                may_reopen: false,
            }),
            ..Default::default()
        }
    }

    fn bad_fields(request: wire::CreatePipelineRequest) -> Vec<String> {
        let mut fields = Fields::default();
        assert!(request.parse(&mut fields).is_none());
        let refusal = fields.finish().unwrap_err();
        refusal.violations.into_iter().map(|v| v.field).collect()
    }

    #[test]
    fn rules_come_back_as_they_were_given() {
        let mut fields = Fields::default();
        let request = request(vec![stage_named("prospecting"), stage_named("engaging")]);
        let given = request.rules.clone();
        let (id, command) = request.parse(&mut fields).unwrap();
        let Command::Create(definition) = command else {
            unreachable!("a create request creates")
        };
        let rules = Rules {
            version: 3,
            definition,
        };
        let pipeline = to_wire(id, 7, &rules);
        assert_eq!(pipeline.rules, given);
        assert_eq!((pipeline.version, pipeline.rules_version), (7, 3));
    }

    #[test]
    fn every_bad_field_of_every_stage_is_named() {
        let bad = wire::Stage {
            key: "Not a key".into(),
            name: " ".into(),
            probability: -1,
            required_fields: vec![1, 0, 99],
            rotting_days: 70_000,
            archived: false,
        };
        assert_eq!(
            bad_fields(request(vec![stage_named("prospecting"), bad])),
            [
                "rules.stages[1].key",
                "rules.stages[1].name",
                "rules.stages[1].probability",
                "rules.stages[1].rotting_days",
                "rules.stages[1].required_fields[1]",
                "rules.stages[1].required_fields[2]",
            ]
        );
    }

    #[test]
    fn a_request_without_rules_says_what_is_missing() {
        let request = wire::CreatePipelineRequest {
            pipeline_id: "x".into(),
            ..Default::default()
        };
        assert_eq!(bad_fields(request), ["pipeline_id", "rules.name"]);
    }

    #[test]
    fn too_many_stages_are_not_even_read() {
        let stages = vec![wire::Stage::default(); MAX_STAGES + 1];
        assert_eq!(bad_fields(request(stages)), ["rules.stages"]);
    }
}
