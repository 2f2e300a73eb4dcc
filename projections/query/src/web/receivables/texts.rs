//! The texts of the receivables' pages.

use guanxi_proto::query::v1::{ControlFigure, OpenItemKind};

use crate::web::language::texts;

texts! {
    /// The receivables'.
    pub(in crate::web) struct Texts {
        title: "Receivables", "应收账款";
        lead: "What customers owe at the end of a day, also as it was known on another.", "某日结束时客户所欠款项，也可按另一日当时所知查看。";
        as_of: "As of", "截至日期";
        as_known_at: "As known on", "按当日所知";
        show: "Show", "查看";
        outstanding: "Outstanding", "应收余额";
        overdue: "Overdue", "逾期";
        unallocated: "Not allocated", "未核销收款";
        items_open: "open items", "笔未清项目";
        nothing: "Nothing is outstanding on this day.", "当日没有应收余额。";
        ageing: "Ageing", "账龄";
        ageing_in: "Ageing", "账龄";
        currency: "Currency", "币种";
        not_due: "Not due", "未到期";
        days: "days", "天";
        and_more: "+ days", " 天及以上";
        owed: "Owed", "应收";
        credits: "Credits", "贷项";
        customers: "By customer", "按客户";
        customer: "Customer", "客户";
        items: "Items", "未清项目数";
        booked: "Booked in base currency", "本位币记账金额";
        open_items: "Open items", "未清项目";
        number: "Document", "单据";
        kind: "Kind", "类型";
        dated: "Dated", "业务日期";
        due: "Due", "到期日";
        age: "Days overdue", "逾期天数";
        bucket: "Ageing bucket", "账龄区间";
        owner: "Owner", "负责人";
        team: "Team", "团队";
        amount: "Amount", "金额";
        open: "Open", "未清金额";
        control: "Control account", "总账对账";
        figure: "Figure", "项目";
        balance: "Balance", "科目余额";
        items_sum: "Sum of the open items", "未清项目合计";
        agrees: "The items add up to the control account.", "未清项目合计与总账一致。";
        agrees_not: "The items do not add up to the control account: please report this.", "未清项目合计与总账不一致，请上报。";
        agree: "Agrees", "一致";
        differ: "Differs", "不一致";
        plan: "Plan against received", "回款计划与实际";
        month: "Month", "月份";
        billed: "Billed", "已开票";
        planned: "Planned", "计划";
        due_sum: "Due", "应回款";
        received: "Received", "已回款";
        settled: "Settled otherwise", "其他方式结清";
        still_open: "Still open", "未回款";
        flow: "Cash flow", "现金流";
        bounced: "Bounced", "退票";
        refunded: "Refunded", "退款";
        returned: "Refunds come back", "退款退回";
        net_flow: "Net flow", "净流入";
        invoiced: "Invoiced", "开票";
        dso: "DSO (days)", "应收账款周转天数";
        dso_long: "Days sales outstanding", "应收账款周转天数";
        fell_due: "Fell due", "当月到期";
        collected: "Collected of that", "其中已收";
        rate: "Collection rate", "回款率";
        statement: "Statement", "对账单";
        opening: "Opening balance", "期初余额";
        closing: "Closing balance", "期末余额";
        recorded: "Recorded", "记录时间";
        movement: "Movement", "变动";
        taken_back: "taken back", "冲回";
        moved: "Change", "变动金额";
        bad_debts: "Bad debts", "坏账";
        written_off: "Written off", "核销";
        back_again: "Taken back", "冲回";
        recovered: "Recovered", "收回";
        lost: "Lost", "损失";
        reason: "Reason", "原因";
        approved_by: "Approved by", "批准人";
        unknown_customer: "Unknown customer", "未知客户";
        from: "From", "自";
        to: "To", "至";
        instalment: "Instalment", "分期款";
        fee: "Fee", "费用";
        refund: "Refund", "退款";
        payment: "Payment", "收款";
        credit_note: "Credit note", "贷项通知单";
        fees: "Fees", "费用";
        credited: "Credited", "贷项";
        discount: "Discount", "现金折扣";
        difference: "Differences", "尾差";
        exchange: "Exchange", "汇兑";
    }
}

/// What an open item is.
pub(super) fn kind(kind: OpenItemKind, texts: &Texts) -> &'static str {
    match kind {
        OpenItemKind::Unspecified => "",
        OpenItemKind::Instalment => texts.instalment,
        OpenItemKind::Fee => texts.fee,
        OpenItemKind::Refund => texts.refund,
        OpenItemKind::Payment => texts.payment,
        OpenItemKind::CreditNote => texts.credit_note,
    }
}

/// What moves a balance.
pub(super) fn figure(figure: ControlFigure, texts: &Texts) -> &'static str {
    match figure {
        ControlFigure::Unspecified => "",
        ControlFigure::Invoiced => texts.invoiced,
        ControlFigure::Fees => texts.fees,
        ControlFigure::Refunded => texts.refunded,
        ControlFigure::Received => texts.received,
        ControlFigure::Credited => texts.credited,
        ControlFigure::Discount => texts.discount,
        ControlFigure::Difference => texts.difference,
        ControlFigure::WrittenOff => texts.written_off,
        ControlFigure::Recovered => texts.recovered,
        ControlFigure::Exchange => texts.exchange,
    }
}
