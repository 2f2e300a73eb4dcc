//! The texts of the pages about the service desk.

use guanxi_proto::query::v1::{
    TicketChannel, TicketKind, TicketPending, TicketPriority, TicketState, TicketTargets,
};

use crate::web::language::texts;

texts! {
    /// Those about the service desk.
    pub(in crate::web) struct Texts {
        title: "Service", "服务";
        lead: "What waits, what comes in and goes out, and how soon and how well it is dealt with.", "待处理工单、每日进出量、响应与解决的速度和质量。";
        days: "Days", "天数";
        last_days: "days", "天";
        until: "Up to", "截至";
        group_by: "Told apart by", "分组";
        show: "Show", "查看";
        none: "There are no tickets yet.", "尚无工单。";
        backlog: "Backlog", "待处理工单";
        backlog_by_age: "Backlog by age in days", "待处理工单（按天数）";
        backlog_by_state: "Backlog by state", "待处理工单（按状态）";
        tickets_count: "tickets", "个工单";
        oldest: "Oldest opened", "最早创建时间";
        and_more: "and more", "及以上";
        volumes: "Opened and resolved day by day", "每日进出量";
        day: "Day", "日期";
        opened: "Opened", "新建";
        resolved_count: "Resolved", "解决";
        reopened: "Reopened", "重开";
        figures: "Figures of the desk", "服务指标";
        reopen_rate: "Reopen rate", "重开率";
        first_response: "First response, median", "首次响应（中位数）";
        first_response_p90: "First response, p90", "首次响应（P90）";
        resolution: "Resolution, median", "解决时长（中位数）";
        resolution_p90: "Resolution, p90", "解决时长（P90）";
        p90: "p90", "P90";
        sla: "Targets met", "SLA 达成率";
        met: "met", "达成";
        missed: "missed", "未达成";
        targets_missed: "Targets missed", "未达成数";
        csat: "CSAT", "满意度";
        answers: "answers", "份评价";
        answered: "Answers", "评价数";
        mean_score: "Mean score", "平均分";
        tickets: "Tickets", "工单";
        number: "Number", "编号";
        subject: "Subject", "主题";
        state: "State", "状态";
        priority: "Priority", "优先级";
        kind: "Kind", "类型";
        channel: "Channel", "渠道";
        category: "Category", "分类";
        queue: "Queue", "队列";
        agent: "Agent", "处理人";
        customer: "Customer", "客户";
        opened_at: "Opened", "创建时间";
        due: "Due", "到期时间";
        targets: "Targets", "SLA";
        first_response_time: "First response in", "首次响应用时";
        waiting_since: "Waiting since", "客户等待起始";
        resolved_at: "Resolved", "解决时间";
        resolved_by: "Resolved by", "解决人";
        from: "Opened from", "创建自";
        to: "Opened until", "创建至";
        first_day: "From", "自";
        last_day: "To", "至";
        nobody: "Nobody", "无";
        no_category: "None", "无";
        unresolved: "Not resolved", "未解决";
        new: "New", "新建";
        open: "Open", "处理中";
        pending: "Pending", "等待";
        resolved: "Resolved", "已解决";
        closed: "Closed", "已关闭";
        merged: "Merged", "已合并";
        for_customer: "customer", "客户";
        for_third_party: "third party", "第三方";
        for_date: "date", "日期";
        critical: "Critical", "紧急";
        high: "High", "高";
        medium: "Medium", "中";
        low: "Low", "低";
        question: "Question", "咨询";
        request: "Request", "请求";
        complaint: "Complaint", "投诉";
        goods_return: "Return", "退货";
        repair: "Repair", "维修";
        phone: "Phone", "电话";
        email: "Email", "邮件";
        web: "Web", "网页";
        chat: "Chat", "在线聊天";
        wechat: "WeChat", "微信";
        in_person: "In person", "当面";
        api: "API", "接口";
        other: "Other", "其他";
        all_met: "Met", "达成";
        one_missed: "Missed", "未达成";
    }
}

/// Where a ticket stands.
pub(super) fn state(state: TicketState, texts: &Texts) -> &'static str {
    match state {
        TicketState::Unspecified => "",
        TicketState::New => texts.new,
        TicketState::Open => texts.open,
        TicketState::Pending => texts.pending,
        TicketState::Resolved => texts.resolved,
        TicketState::Closed => texts.closed,
        TicketState::Merged => texts.merged,
    }
}

/// For what it waits.
pub(super) fn pending(pending: TicketPending, texts: &Texts) -> &'static str {
    match pending {
        TicketPending::Unspecified => "",
        TicketPending::Customer => texts.for_customer,
        TicketPending::ThirdParty => texts.for_third_party,
        TicketPending::Date => texts.for_date,
    }
}

/// How urgent it is.
pub(in crate::web) fn priority(priority: TicketPriority, texts: &Texts) -> &'static str {
    match priority {
        TicketPriority::Unspecified => "",
        TicketPriority::Critical => texts.critical,
        TicketPriority::High => texts.high,
        TicketPriority::Medium => texts.medium,
        TicketPriority::Low => texts.low,
    }
}

/// What it is about.
pub(in crate::web) fn kind(kind: TicketKind, texts: &Texts) -> &'static str {
    match kind {
        TicketKind::Unspecified => "",
        TicketKind::Question => texts.question,
        TicketKind::Request => texts.request,
        TicketKind::Complaint => texts.complaint,
        TicketKind::Return => texts.goods_return,
        TicketKind::Repair => texts.repair,
    }
}

/// How it came.
pub(super) fn channel(channel: TicketChannel, texts: &Texts) -> &'static str {
    match channel {
        TicketChannel::Unspecified => "",
        TicketChannel::Phone => texts.phone,
        TicketChannel::Email => texts.email,
        TicketChannel::Web => texts.web,
        TicketChannel::Chat => texts.chat,
        TicketChannel::Wechat => texts.wechat,
        TicketChannel::InPerson => texts.in_person,
        TicketChannel::Api => texts.api,
        TicketChannel::Other => texts.other,
    }
}

/// Whether it keeps to its targets.
pub(super) fn targets(targets: TicketTargets, texts: &Texts) -> &'static str {
    match targets {
        TicketTargets::Unspecified => "",
        TicketTargets::Met => texts.all_met,
        TicketTargets::Missed => texts.one_missed,
    }
}
