//! The texts of the figures of days.

use guanxi_proto::query::v1::DailyFigureKind;

use crate::web::language::texts;

texts! {
    /// Those of the figures of days.
    pub(in crate::web) struct Texts {
        title: "Day by day", "每日指标";
        today: "Today", "今日";
        chart: "Day by day", "每日趋势";
        day: "Day", "日期";
        figure: "Figure", "指标";
        detail: "Of which", "细分";
        count: "Count", "数量";
        amount: "Amount", "金额";
        points: "Points", "积分";
        owner: "Owner", "负责人";
        from: "From", "自";
        to: "To", "至";
        first_response: "First response", "首次响应";
        next_response: "Next response", "后续响应";
        resolution: "Resolution", "解决";
        customers_registered: "Customers registered", "新增客户";
        customers_claimed: "Customers claimed", "领取客户";
        customers_assigned: "Customers assigned", "分配客户";
        customers_handed_over: "Customers handed over", "移交客户";
        customers_pooled: "Customers back in a pool", "退回公海客户";
        interactions: "Interactions", "互动";
        follow_ups_due: "Follow-ups due", "到期跟进";
        follow_ups_done: "Follow-ups done", "完成跟进";
        follow_ups_overdue: "Follow-ups overdue", "逾期跟进";
        opportunities_opened: "Opportunities opened", "新增商机";
        opportunities_won: "Opportunities won", "赢单";
        opportunities_lost: "Opportunities lost", "输单";
        orders_confirmed: "Orders confirmed", "确认订单";
        invoiced: "Invoiced", "开票";
        invoices_voided: "Invoices voided", "作废发票";
        received: "Received", "收款";
        payments_bounced: "Payments bounced", "退票";
        goods_returned: "Goods returned", "退货";
        tickets_opened: "Tickets opened", "新建工单";
        tickets_resolved: "Tickets resolved", "解决工单";
        tickets_reopened: "Tickets reopened", "重开工单";
        tickets_breached: "Targets missed", "SLA 未达成";
        members_enrolled: "Members enrolled", "新增会员";
        points_earned: "Points earned", "获得积分";
        points_spent: "Points spent", "使用积分";
        points_returned: "Points came back", "退回积分";
        points_reversed: "Points taken back", "冲回积分";
        points_expired: "Points expired", "过期积分";
    }
}

/// What is counted.
pub(super) fn name(kind: DailyFigureKind, texts: &Texts) -> &'static str {
    match kind {
        DailyFigureKind::Unspecified => "",
        DailyFigureKind::CustomersRegistered => texts.customers_registered,
        DailyFigureKind::CustomersClaimed => texts.customers_claimed,
        DailyFigureKind::CustomersAssigned => texts.customers_assigned,
        DailyFigureKind::CustomersHandedOver => texts.customers_handed_over,
        DailyFigureKind::CustomersPooled => texts.customers_pooled,
        DailyFigureKind::Interactions => texts.interactions,
        DailyFigureKind::FollowUpsDue => texts.follow_ups_due,
        DailyFigureKind::FollowUpsDone => texts.follow_ups_done,
        DailyFigureKind::FollowUpsOverdue => texts.follow_ups_overdue,
        DailyFigureKind::OpportunitiesOpened => texts.opportunities_opened,
        DailyFigureKind::OpportunitiesWon => texts.opportunities_won,
        DailyFigureKind::OpportunitiesLost => texts.opportunities_lost,
        DailyFigureKind::OrdersConfirmed => texts.orders_confirmed,
        DailyFigureKind::Invoiced => texts.invoiced,
        DailyFigureKind::InvoicesVoided => texts.invoices_voided,
        DailyFigureKind::Received => texts.received,
        DailyFigureKind::PaymentsBounced => texts.payments_bounced,
        DailyFigureKind::GoodsReturned => texts.goods_returned,
        DailyFigureKind::TicketsOpened => texts.tickets_opened,
        DailyFigureKind::TicketsResolved => texts.tickets_resolved,
        DailyFigureKind::TicketsReopened => texts.tickets_reopened,
        DailyFigureKind::TicketsBreached => texts.tickets_breached,
        DailyFigureKind::MembersEnrolled => texts.members_enrolled,
        DailyFigureKind::PointsEarned => texts.points_earned,
        DailyFigureKind::PointsSpent => texts.points_spent,
        DailyFigureKind::PointsReturned => texts.points_returned,
        DailyFigureKind::PointsReversed => texts.points_reversed,
        DailyFigureKind::PointsExpired => texts.points_expired,
    }
}
