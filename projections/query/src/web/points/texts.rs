//! The texts of the pages about points.

use guanxi_proto::query::v1::{PointsCauseKind, PointsLineKind, PointsLotState, RedemptionPurpose};

use crate::web::language::texts;

texts! {
    /// Those about points.
    pub(in crate::web) struct Texts {
        title: "Points", "积分";
        lead: "What members hold at the end of a day, where the rest of it went, and what it is worth.", "某日结束时会员持有的积分、其余积分的去向及其价值。";
        as_of: "As of", "截至日期";
        as_known_at: "As known on", "按当日所知";
        within: "Expiring within", "到期范围";
        days: "days", "天";
        show: "Show", "查看";
        none: "Nobody has had points by this day.", "截至当日尚无会员积分。";
        conserves: "Balances add up", "积分守恒";
        yes: "Yes", "是";
        no: "No", "否";
        conserves_not: "What was earned is not what is held, spent, expired and taken back: please report this.", "获得的积分与持有、使用、过期、冲回之和不一致，请上报。";
        programs: "By program", "按会员计划";
        program: "Program", "会员计划";
        shop: "Shop", "门店";
        members: "Members", "会员";
        by_member: "By member", "按会员";
        member: "Member", "会员";
        number: "Number", "会员号";
        tier: "Tier", "等级";
        no_tier: "None", "无";
        earned: "Earned", "获得";
        adjusted: "Adjusted", "调整";
        received: "Received", "转入";
        pending: "Pending", "待生效";
        active: "Can be spent", "可用";
        spent: "Spent", "已使用";
        settled: "Settled", "已结算";
        sent: "Given away", "转出";
        expired: "Expired", "已过期";
        reversed: "Taken back", "已冲回";
        debt: "Below zero", "负积分";
        owed: "Owed", "待扣回";
        tier_points: "Tier points", "升级积分";
        where_they_are: "Where the points are", "积分分布";
        points: "points", "积分";
        liability: "Liability", "积分负债";
        point_value: "Value of a point", "每积分价值";
        active_value: "Worth, can be spent", "可用积分价值";
        pending_value: "Worth, pending", "待生效积分价值";
        debt_value: "Worth, below zero", "负积分价值";
        expiring: "Expiring points", "即将到期积分";
        expiring_by_month: "Expiring by month", "按月到期积分";
        month: "Month", "月份";
        in_month: "In the month", "当月到期";
        until_then: "Until then", "累计到期";
        worth: "Worth", "价值";
        lots: "Lots", "积分批次";
        first_expires: "First expires", "最早到期";
        expiring_points: "Expiring", "即将到期";
        statement: "Statement", "积分明细";
        tier_statement: "Statement of tier points", "升级积分明细";
        from: "From", "自";
        to: "To", "至";
        at: "At", "时间";
        line: "What", "事项";
        quantity: "Points", "积分";
        active_after: "Can be spent after", "可用余额";
        pending_after: "Pending after", "待生效余额";
        cause: "Caused by", "来源";
        rules: "Rules", "规则";
        lapsed: "Had expired", "已过期未扣";
        reason: "Reason", "原因";
        requested_by: "Asked for by", "申请人";
        approved_by: "Approved by", "批准人";
        recorded: "Recorded", "记录时间";
        opening: "Opening balance", "期初余额";
        closing: "Closing balance", "期末余额";
        lot: "Lot", "批次";
        source: "Comes from", "来源";
        state: "State", "状态";
        earned_at: "Earned on", "获得时间";
        active_at: "Active from", "生效时间";
        expires_at: "Expires", "到期时间";
        came_with: "Came with", "初始积分";
        remaining: "Left", "剩余";
        unknown_member: "Unknown member", "未知会员";
        program_rules: "program", "计划规则";
        earning_rules: "earning rules", "积分规则";
        version: "version", "版本";
        capped: "capped", "封顶扣减";
        purchase: "Purchase", "消费";
        stated: "Stated by another system", "外部录入";
        adjustment: "Adjustment", "调整";
        other_member: "Member", "会员";
        redemption: "Redemption", "兑换";
        time: "Time", "时间到";
        for_debt: "Something was owed", "欠积分抵扣";
        for_payment: "as payment", "抵扣账单";
        for_reward: "for a reward", "兑换礼品";
        for_coupon: "for a coupon", "兑换优惠券";
        activated: "Activated", "生效";
        returned: "Came back", "退回";
        restored: "Given again", "恢复";
        debt_settled: "Used for what was owed", "抵扣负积分";
        lot_active: "Active", "可用";
        lot_used: "Used", "已用完";
    }
}

/// What a line is.
pub(super) fn line(kind: PointsLineKind, texts: &Texts) -> &'static str {
    match kind {
        PointsLineKind::Unspecified => "",
        PointsLineKind::Earned => texts.earned,
        PointsLineKind::Activated => texts.activated,
        PointsLineKind::Expired => texts.expired,
        PointsLineKind::Spent => texts.spent,
        PointsLineKind::Returned => texts.returned,
        PointsLineKind::Reversed => texts.reversed,
        PointsLineKind::Restored => texts.restored,
        PointsLineKind::DebtSettled => texts.debt_settled,
        PointsLineKind::Adjusted => texts.adjusted,
        PointsLineKind::Sent => texts.sent,
        PointsLineKind::Received => texts.received,
    }
}

/// What caused it.
pub(super) fn cause(kind: PointsCauseKind, texts: &Texts) -> &'static str {
    match kind {
        PointsCauseKind::Unspecified => "",
        PointsCauseKind::Purchase => texts.purchase,
        PointsCauseKind::Stated => texts.stated,
        PointsCauseKind::Adjustment => texts.adjustment,
        PointsCauseKind::Member => texts.other_member,
        PointsCauseKind::Redemption => texts.redemption,
        PointsCauseKind::Time => texts.time,
        PointsCauseKind::Debt => texts.for_debt,
    }
}

/// What was redeemed.
pub(super) fn purpose(purpose: RedemptionPurpose, texts: &Texts) -> &'static str {
    match purpose {
        RedemptionPurpose::Unspecified => "",
        RedemptionPurpose::Payment => texts.for_payment,
        RedemptionPurpose::Reward => texts.for_reward,
        RedemptionPurpose::Coupon => texts.for_coupon,
    }
}

/// How a lot stands.
pub(super) fn state(state: PointsLotState, texts: &Texts) -> &'static str {
    match state {
        PointsLotState::Unspecified => "",
        PointsLotState::Pending => texts.pending,
        PointsLotState::Active => texts.lot_active,
        PointsLotState::Expired => texts.expired,
        PointsLotState::Used => texts.lot_used,
    }
}
