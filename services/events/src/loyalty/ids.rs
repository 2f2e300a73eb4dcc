//! Ids of the loyalty service's aggregates that others name.

use uuid::Uuid;

use crate::typed_id;

typed_id! {
    /// A program (会员计划), L-01. Its tier ladder has the same id.
    ProgramId
}

typed_id! {
    /// A member (会员) of one program, L-03. Its points account has the same id.
    MemberId
}

typed_id! {
    /// A card (会员卡), L-04.
    CardId
}

typed_id! {
    /// A batch of card numbers, L-04.
    CardBatchId
}

impl CardId {
    /// The card of a printed number in a program: one number, one card, for ever.
    pub fn of(program: ProgramId, number: &str) -> Self {
        Self(Uuid::new_v5(
            &program.0,
            format!("card {number}").as_bytes(),
        ))
    }

    /// The card that a member's telephone number is. The number itself stands in no id.
    pub fn of_phone(member: MemberId) -> Self {
        Self(Uuid::new_v5(&member.0, b"phone card"))
    }
}
