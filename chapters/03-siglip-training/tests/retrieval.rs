//! Specification of retrieval: which caption is found, and how well pixels alone do.

mod support;

use data::{Artist, Gallery};
use siglip_training::retrieval::{embed_captions, embed_pictures};
use siglip_training::{ContrastiveLoss, DualEncoder, Exhibition, Lock, evaluate_retrieval, pixel_baseline};
use spec::assert_close;
use support::{OTHERS, Outcome, Run, config, dual_encoder, four_things, gallery, sprite, tokenizer, training_gallery};

/// The distinct captions in alphabetical order, and for every picture which is its own.
#[test]
fn an_exhibition_labels_its_pictures() {
    let exhibition = Exhibition::new(&training_gallery(), 32);
    assert_eq!((exhibition.pictures.len(), exhibition.captions.len()), (20, 10), "ten things, drawn by two artists");
    assert!(exhibition.captions.is_sorted(), "alphabetical: {:?}", exhibition.captions);
    for (label, sprite) in exhibition.labels.iter().zip(training_gallery().sprites()) {
        assert_eq!(exhibition.captions[*label], sprite.caption, "each picture's label leads to its own caption");
    }
    assert!(exhibition.pictures.iter().all(|picture| picture.dimensions() == (32, 32)), "pictures of 32 pixels");
}

/// Hanging the same pictures twice gives the same exhibition: nothing is left to chance.
#[test]
fn an_exhibition_is_always_the_same() {
    let (once, again) = (Exhibition::new(&training_gallery(), 32), Exhibition::new(&training_gallery(), 32));
    assert!(once.pictures == again.pictures, "no picture is varied");
}

/// Whoever has seen these very drawings recognises all of them.
#[test]
fn pixels_are_perfect_for_known_drawings() -> Outcome {
    let known = training_gallery();
    let found = pixel_baseline(&known, &Exhibition::new(&known, 32), 32)?;
    assert_eq!((found.top1, found.top5, found.classes), (1.0, 1.0, 10), "the nearest picture is the picture itself");
    Ok(())
}

/// The baseline knows the captions of training pictures and no others: an unknown thing is never found.
#[test]
fn pixels_cannot_name_what_was_never_shown() -> Outcome {
    let known = Gallery::new((0..9).map(|emoji| sprite(emoji, Artist::Noto)).collect());
    let unknown =
        Gallery::new((9..10).map(|emoji| sprite(emoji, Artist::Noto)).chain(known.sprites().to_vec()).collect());
    let found = pixel_baseline(&known, &Exhibition::new(&unknown, 32), 32)?;
    assert!((found.top1 - 0.9).abs() < 1e-9, "nine of ten things are known, so 0.9 are found: {}", found.top1);
    Ok(())
}

/// The nearest drawing decides, not a larger one: a bright picture has a large dot product with everything.
#[test]
fn closeness_is_distance_not_brightness() -> Outcome {
    let recoloured = |emoji: usize, value: u8| {
        let mut sprite = sprite(emoji, Artist::Noto);
        let plain = image::RgbaImage::from_pixel(64, 64, image::Rgba([value, value, value, 255]));
        sprite.image = std::sync::Arc::new(plain);
        sprite
    };
    let known = Gallery::new(vec![recoloured(0, 40), recoloured(1, 255)]);
    let asked = Gallery::new(vec![recoloured(0, 60), recoloured(1, 240)]);
    let found = pixel_baseline(&known, &Exhibition::new(&asked, 32), 32)?;
    assert_eq!(found.top1, 1.0, "dark grey is nearer to dark grey than to white");
    Ok(())
}

/// Recall@1 and @5 of a model, against counting by hand.
#[test]
fn a_models_recall_is_what_counting_gives() -> Outcome {
    let tokenizer = tokenizer();
    let (params, _) = dual_encoder(3, &tokenizer)?;
    let model = DualEncoder::new(&config(&tokenizer), params.detached_builder())?;
    let exhibition = Exhibition::new(&training_gallery(), 32);
    let captions: Vec<&str> = exhibition.captions.iter().map(String::as_str).collect();
    let pictures = embed_pictures(&model, &exhibition.pictures)?.to_vec2::<f32>()?;
    let captions = embed_captions(&model, &tokenizer, &captions)?.to_vec2::<f32>()?;
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    let rank = |(picture, label): (&Vec<f32>, &usize)| {
        let own = dot(picture, &captions[*label]);
        captions.iter().filter(|caption| dot(picture, caption) > own).count()
    };
    let ranks: Vec<usize> = pictures.iter().zip(&exhibition.labels).map(rank).collect();
    let recall = |k: usize| ranks.iter().filter(|&&rank| rank < k).count() as f64 / ranks.len() as f64;
    let found = evaluate_retrieval(&model, &tokenizer, &exhibition)?;
    assert_eq!(
        (found.top1, found.top5, found.classes),
        (recall(1), recall(5), 10),
        "the share of pictures among the k best"
    );
    Ok(())
}

/// Going through many pictures a chunk at a time is a matter of memory and changes nothing.
#[test]
fn many_pictures_are_embedded_like_one() -> Outcome {
    let (params, _) = dual_encoder(1, &tokenizer())?;
    let model = DualEncoder::new(&config(&tokenizer()), params.detached_builder())?;
    let all: Vec<_> = Exhibition::new(&training_gallery(), 32).pictures.into_iter().cycle().take(130).collect();
    let vectors = embed_pictures(&model, &all)?;
    assert_eq!(vectors.dims(), [130, 32], "one vector per picture, over the edge of a chunk");
    let last = model.encode_pictures(&model.preprocess(&all[129..])?)?;
    assert_close(&vectors.narrow(0, 129, 1)?, &last, 1e-5, "the last picture alone and among 130");
    Ok(())
}

/// After sixty steps on four things, their drawings are told apart.
#[test]
fn a_trained_model_finds_the_captions() -> Outcome {
    let mut run = Run::with_pairs(1, ContrastiveLoss::Sigmoid, Lock::None, four_things())?;
    run.losses(60)?;
    let model = DualEncoder::new(&config(&tokenizer()), run.params.detached_builder())?;
    let others = gallery(&[Artist::Noto]).sprites()[6..].to_vec();
    let found = evaluate_retrieval(&model, &tokenizer(), &Exhibition::new(&Gallery::new(others), 32))?;
    assert_eq!(found.classes, OTHERS.len());
    assert_eq!(found.top1, 1.0, "four things after sixty steps: all are told apart");
    Ok(())
}

/// Vectors that were made for an evaluation hold no graph: memory does not grow with the number of pictures.
#[test]
fn embeddings_are_not_tracked() -> Outcome {
    let (params, model) = dual_encoder(1, &tokenizer())?;
    let vectors = embed_pictures(&model, &Exhibition::new(&training_gallery(), 32).pictures)?;
    let captions = embed_captions(&model, &tokenizer(), &["dog", "cat"])?;
    let loss = (vectors.sum_all()? + captions.sum_all()?)?;
    let gradients = loss.backward()?;
    let tracked = params.all().into_iter().filter(|(_, variable)| gradients.get(variable).is_some());
    assert_eq!(tracked.count(), 0, "no parameter gets a gradient from an evaluation");
    Ok(())
}
