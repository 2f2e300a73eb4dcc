//! The funnel whenever it has changed.

use std::time::Duration;

use guanxi_proto::query::v1::{GetFunnelRequest, WatchFunnelRequest, WatchFunnelResponse};
use guanxi_runtime::errors;
use tokio::{
    sync::mpsc,
    time::{Instant, MissedTickBehavior, interval},
};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};

use super::{Funnels, MODEL, request};

/// Between two looks, and so at least between two answers.
const LOOK: Duration = Duration::from_secs(1);
/// How long a stream lasts at most.
const LONGEST: Duration = Duration::from_secs(300);

type Answers = ReceiverStream<Result<WatchFunnelResponse, Status>>;

impl Funnels {
    pub(super) async fn watch(
        &self,
        request: Request<WatchFunnelRequest>,
    ) -> Result<Response<Answers>, Status> {
        let Ok(place) = self.0.queries.watchers.clone().try_acquire_owned() else {
            return Err(errors::overloaded("too many streams of changes are open"));
        };
        let mut asked = self.0.asked(&request)?;
        // Without a deadline of its own a stream lasts as long as any may.
        if !request.metadata().contains_key("grpc-timeout") {
            asked.deadline = Instant::now() + LONGEST;
        }
        let WatchFunnelRequest {
            after,
            filter,
            entered,
            group_by,
        } = request.into_inner();
        let request = GetFunnelRequest {
            after,
            filter,
            entered,
            group_by,
            as_of: None,
        };
        let query = request::funnel(&request, &asked.home.zone)?;
        self.0.wait(&asked, &request.after).await?;

        let (answers, stream) = mpsc::channel(1);
        let funnels = self.clone();
        tokio::spawn(async move {
            let _place = place;
            let mut ticks = interval(LOOK);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            let (mut reached, mut last) = (None, None);
            while Instant::now() < asked.deadline {
                tokio::select! {
                    _ = ticks.tick() => {}
                    () = answers.closed() => return,
                }
                // Where the model stands still there is nothing to count anew.
                let positions = funnels.0.queries.models.positions(MODEL.name).await.ok();
                if positions.is_some() && positions == reached {
                    continue;
                }
                let answer = match funnels.funnel(&asked, &query, &[]).await {
                    Ok((groups, _)) if last.as_ref() == Some(&groups) => {
                        reached = positions;
                        continue;
                    }
                    Ok((groups, positions)) => {
                        last = Some(groups.clone());
                        Ok(WatchFunnelResponse { groups, positions })
                    }
                    Err(status) => Err(status),
                };
                reached = positions;
                let failed = answer.is_err();
                if answers.send(answer).await.is_err() || failed {
                    return;
                }
            }
        });
        Ok(Response::new(ReceiverStream::new(stream)))
    }
}
