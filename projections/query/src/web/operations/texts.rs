//! The texts of the operations' pages.

use crate::web::language::texts;

texts! {
    /// The operations'.
    pub(in crate::web) struct Texts {
        title: "Operations", "系统运维";
        lead: "How far every read model is, how fast it goes, and what was set aside. It renews itself every five seconds.", "各读模型的进度、速度以及被搁置的事件，每五秒自动刷新。";
        lag: "Slowest read model is behind", "最慢读模型的延迟";
        events_behind: "events", "个事件";
        last_minute: "Events in the last minute", "最近一分钟的事件数";
        parked: "Parked events", "搁置事件";
        models: "Read models", "读模型";
        model: "Read model", "读模型";
        build: "Build", "构建";
        state: "State", "状态";
        log: "Log", "日志";
        position: "Position", "位置";
        head: "Head", "末尾";
        behind: "Events behind", "落后事件数";
        behind_for: "Behind for", "落后时长";
        speed: "Events a second", "每秒事件数";
        parked_count: "Parked", "搁置";
        held: "Held", "等待";
        workers: "Workers", "工作进程";
        last_success: "Last success", "最近成功";
        trouble: "Trouble", "问题";
        logs: "Event logs", "事件日志";
        recorded: "Last recorded", "最近记录";
        key: "Key", "键";
        reason: "Reason", "原因";
        since: "Since", "起始时间";
        reactions: "Reactions", "反应";
        reaction: "Reaction", "反应";
        service: "Service", "服务";
        follows: "Follows", "跟随";
        refused: "Refused reactions", "被拒绝的反应";
        code: "Code", "代码";
        active: "active", "使用中";
        building: "building", "构建中";
    }
}
