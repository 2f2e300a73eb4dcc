//! When what a command or an event tells of happened.

use super::*;

#[test]
fn what_an_event_says_has_happened_by_now_and_what_a_caller_says_is_left_as_it_is() {
    let now: Timestamp = "2017-06-01T12:00:00Z".parse().unwrap();
    let hour = std::time::Duration::from_secs(3_600);
    let (before, after) = (now - hour, now + hour);
    assert_eq!(requested_at(Some(before), true, now), Some(before));
    assert_eq!(requested_at(Some(after), true, now), Some(now));
    assert_eq!(requested_at(Some(after), false, now), Some(after));
    assert_eq!(requested_at(None, true, now), None);
}
