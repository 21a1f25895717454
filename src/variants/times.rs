//! Ways in different languages: do they change together?

use super::{Period, Turn};

/// What the last of these settled periods means, and the one from which on that is so; `None` where both ways changed
/// within the time of grace.
///
/// One that changed alone is ahead. When the other follows, they agree again.
pub fn by_times(settled: &[Period]) -> Option<Turn> {
    let mut ahead: Option<Turn> = None;
    let mut last = None;
    for pair in settled.windows(2) {
        let (main, variant) = (pair[0].main != pair[1].main, pair[0].variant != pair[1].variant);
        last = match (main, variant, ahead) {
            (true, false, Some(Turn::VariantAlone)) | (false, true, Some(Turn::MainAlone)) => {
                Some(Turn::Again)
            }
            (true, false, _) => Some(Turn::MainAlone),
            (false, true, _) => Some(Turn::VariantAlone),
            (true, true, Some(_)) => Some(Turn::Again),
            _ => None,
        };
        ahead = last.filter(|turn| *turn != Turn::Again);
    }
    last
}
