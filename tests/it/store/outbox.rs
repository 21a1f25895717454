//! A queued notice is attempted until it arrives or is given up.

use super::*;

#[tokio::test]
async fn a_delivery_is_attempted_until_it_arrives_or_dies_and_can_be_retried() {
    let archive = Archive::watching().await;
    let store = &archive.store;
    store.record(version("terms", 1, "one", 10)).await.unwrap();
    store.record(version("terms", 2, "two", 20)).await.unwrap();
    let delivery = archive.delivery().await.id;
    assert_eq!(store.next_delivery().await.unwrap(), Some(at(20)));

    let tries =
        [attempt(21, Attempted::Retry { due_at: at(26) }, "503"), attempt(26, Attempted::Dead, "503 again")];
    store.attempted(delivery, tries[0].clone()).await.unwrap();
    assert_eq!(store.pending(at(25), 9).await.unwrap(), []);
    assert_eq!(store.next_delivery().await.unwrap(), Some(at(26)));
    let waiting = store.pending(at(26), 9).await.unwrap().remove(0);
    assert_eq!((waiting.attempts, waiting.last_result.as_deref()), (1, Some("503")));
    store.attempted(delivery, tries[1].clone()).await.unwrap();
    assert_eq!(store.next_delivery().await.unwrap(), None);
    assert_eq!(store.attempts(delivery).await.unwrap(), tries);

    let dead =
        DeliveryFilter { states: vec![DeliveryState::Dead], limit: Some(5), ..DeliveryFilter::default() };
    assert_eq!(store.deliveries(dead.clone()).await.unwrap()[0].id, delivery);
    assert_eq!(store.retry(Some("chg_nothing"), at(30)).await.unwrap(), 0);
    assert_eq!(store.retry(Some("chg_"), at(30)).await.unwrap(), 1);
    assert_eq!(store.deliveries(dead).await.unwrap(), []);
    assert_eq!(store.pending(at(30), 9).await.unwrap()[0].attempts, 0);
    store.attempted(delivery, attempt(31, Attempted::Delivered, "204")).await.unwrap();
    assert_eq!(archive.delivery().await.state, DeliveryState::Delivered);
    assert_eq!(store.retry(None, at(40)).await.unwrap(), 0);
}

#[tokio::test]
async fn a_disabled_channel_gets_nothing_until_it_is_retried() {
    let archive = Archive::watching().await;
    let store = &archive.store;
    store.record(version("terms", 1, "one", 10)).await.unwrap();
    let mut second = version("terms", 2, "two", 20);
    second.channels.push(channel("team"));
    store.record(second).await.unwrap();
    let first = archive.delivery().await.id;
    let settings = Digest::of(b"https://example.com/gone");
    store.gone(&channel("ops"), settings, first, attempt(21, Attempted::Dead, "410 Gone")).await.unwrap();
    store.record(version("terms", 3, "three", 30)).await.unwrap();

    let pending = store.pending(at(99), 9).await.unwrap();
    assert_eq!(pending.iter().map(|d| d.channel.as_str()).collect::<Vec<_>>(), ["team"]);
    let dead = DeliveryFilter { states: vec![DeliveryState::Dead], limit: None, ..DeliveryFilter::default() };
    let dead = store.deliveries(dead).await.unwrap();
    assert_eq!(dead.len(), 2);
    let said = |delivery: &Delivery| delivery.last_result.clone().unwrap();
    assert_eq!(said(&dead[0]), "channel `ops` is disabled: 410 Gone");
    assert_eq!((said(&dead[1]), dead[1].attempts), ("410 Gone".to_owned(), 1));
    // An attempt that was under way must not bring it back, unless it arrived.
    store.attempted(dead[0].id, attempt(31, Attempted::Retry { due_at: at(32) }, "503")).await.unwrap();
    assert_eq!(store.pending(at(99), 9).await.unwrap().len(), 1);

    assert_eq!(store.retry(None, at(40)).await.unwrap(), 2);
    store.record(version("terms", 4, "four", 50)).await.unwrap();
    assert_eq!(store.pending(at(99), 9).await.unwrap().len(), 4);
}

#[tokio::test]
async fn a_disabled_channel_with_other_settings_is_another_receiver() {
    let archive = Archive::watching().await;
    let store = &archive.store;
    store.record(version("terms", 1, "one", 10)).await.unwrap();
    store.record(version("terms", 2, "two", 20)).await.unwrap();
    let (ops, gone, new) = (channel("ops"), Digest::of(b"gone"), Digest::of(b"new"));
    let first = archive.delivery().await.id;
    store.gone(&ops, gone, first, attempt(21, Attempted::Dead, "410 Gone")).await.unwrap();
    assert_eq!((store.dead_since(at(20)).await.unwrap(), store.dead_since(at(21)).await.unwrap()), (1, 0));
    let off = store.sync_channels(vec![(ops.clone(), gone), (channel("team"), new)]).await.unwrap();
    assert_eq!(off.iter().map(|off| (&off.name, off.at)).collect::<Vec<_>>(), [(&ops, at(21))]);
    assert_eq!(
        store.disabled_among(&[channel("team"), ops.clone()]).await.unwrap(),
        std::slice::from_ref(&ops)
    );
    assert_eq!(store.sync_channels(vec![(ops.clone(), new)]).await.unwrap(), []);
    store.record(version("terms", 3, "three", 30)).await.unwrap();
    assert_eq!(store.pending(at(99), 9).await.unwrap().len(), 1, "and what was dead stays so");
}
