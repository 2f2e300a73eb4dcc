//! The texts of a person's work list.

use guanxi_proto::query::v1::{WorkItemKind, WorkItemReason};

use crate::web::language::texts;

texts! {
    /// Those of the work list.
    pub(in crate::web) struct Texts {
        title: "My work", "我的工作台";
        work_of: "Work of", "工作台：";
        lead: "What is due, what is late, and what waits for a decision.", "待办、逾期与待审批事项。";
        until: "Due up to", "截止到";
        person: "Person", "人员";
        show: "Show", "查看";
        nothing: "Nothing waits.", "没有待办事项。";
        follow_ups: "Follow-ups", "跟进";
        opportunities: "Opportunities", "商机";
        tickets: "Tickets", "工单";
        approvals: "Approvals", "审批";
        late: "Overdue", "已逾期";
        late_note: "overdue", "项逾期";
        all: "Work list", "工作清单";
        kind: "What", "类型";
        reason: "Why", "原因";
        item: "About", "事项";
        number: "Number", "编号";
        customer: "Customer", "客户";
        due: "Due or since", "到期或起始";
        amount: "Amount", "金额";
        priority: "Priority", "优先级";
        requested_by: "Asked for by", "申请人";
        follow_up: "Follow-up", "跟进计划";
        next_action: "Next action", "下一步行动";
        opportunity: "Opportunity", "商机";
        ticket: "Ticket", "工单";
        return_approval: "Return to approve", "退货审批";
        write_off_approval: "Write-off to approve", "坏账核销审批";
        adjustment_approval: "Points to approve", "积分调整审批";
        is_due: "Due", "到期";
        is_overdue: "Overdue", "已逾期";
        rotting: "Left too long", "滞留";
        close_passed: "Close date passed", "预计成交日已过";
        assigned: "Assigned", "已分配";
        asked: "Asked for", "待审批";
    }
}

/// What waits.
pub(super) fn kind(kind: WorkItemKind, texts: &Texts) -> &'static str {
    match kind {
        WorkItemKind::Unspecified => "",
        WorkItemKind::FollowUp => texts.follow_up,
        WorkItemKind::NextAction => texts.next_action,
        WorkItemKind::Opportunity => texts.opportunity,
        WorkItemKind::Ticket => texts.ticket,
        WorkItemKind::ReturnApproval => texts.return_approval,
        WorkItemKind::WriteOffApproval => texts.write_off_approval,
        WorkItemKind::AdjustmentApproval => texts.adjustment_approval,
    }
}

/// Why it waits.
pub(super) fn reason(reason: WorkItemReason, texts: &Texts) -> &'static str {
    match reason {
        WorkItemReason::Unspecified => "",
        WorkItemReason::Due => texts.is_due,
        WorkItemReason::Overdue => texts.is_overdue,
        WorkItemReason::Rotting => texts.rotting,
        WorkItemReason::CloseDatePassed => texts.close_passed,
        WorkItemReason::Assigned => texts.assigned,
        WorkItemReason::Asked => texts.asked,
    }
}
