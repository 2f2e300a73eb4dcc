//! The texts of the funnel's pages.

use crate::web::language::texts;

texts! {
    /// The funnel's.
    pub(in crate::web) struct Texts {
        title: "Sales funnel", "销售漏斗";
        lead: "What stands in each stage at the end of a day, and what became of what came there.", "某日结束时各阶段的商机，以及进入各阶段的商机的去向。";
        pipeline: "Pipeline", "销售管道";
        as_of: "As of", "截至日期";
        show: "Show", "查看";
        slide: "Move through time", "拖动选择日期";
        none: "There is no pipeline yet.", "尚无销售管道。";
        stages: "Stages", "阶段";
        stage: "Stage", "阶段";
        open: "Open", "进行中";
        won: "Won", "赢单";
        lost: "Lost", "输单";
        open_amount: "Open amount", "进行中金额";
        entered: "Came in", "进入";
        to_next: "Went on", "转化至下一阶段";
        to_won: "Won in the end", "最终赢单率";
        drop_out: "Lost here", "流失率";
        median: "Median days", "停留天数（中位数）";
        p90: "p90 days", "停留天数（P90）";
        opportunities: "Opportunities", "商机";
        title_of: "Title", "名称";
        status: "Status", "状态";
        amount: "Amount", "金额";
        owner: "Owner", "负责人";
        team: "Team", "团队";
        source: "Source", "来源";
        created: "Created", "创建时间";
        stage_since: "In stage since", "进入阶段时间";
        expected: "Expected close", "预计成交日期";
        closed: "Closed", "关闭时间";
        reason: "Reason", "原因";
        rotting: "Left too long since", "滞留起始时间";
        rotting_only: "Left too long", "滞留商机";
        chart_open: "Open in each stage", "各阶段进行中的商机";
        chart_course: "What became of them", "商机转化";
        chart_time: "Days in the stage", "阶段停留天数";
        count: "opportunities", "个商机";
        went_on: "Went on", "进入后续阶段";
        days: "days", "天";
        typical: "Median", "中位数";
        slow: "Nine tenths within", "九成不超过";
        win_rate: "Won of all closed", "赢单率（占已关闭）";
    }
}
