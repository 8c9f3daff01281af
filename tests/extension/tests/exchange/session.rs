//! The session: a mouse whose nose and tail a camera follows.

use std::path::Path;

use nwb::model::dynamic::{Dynamic, DynamicDraft};
use nwb::ndarray::{Ix1, Ix2, arr2, s};
use nwb::prelude::*;
use nwb::schema::{Strictness, yaml};
use nwb::{EditOptions, ObjectIds};
use nwb_extension::types::set::{
    CalibratedCameraSet as _, PoseEstimationSeriesSet as _, PoseEstimationSet as _, PoseTrainingSet as _,
    SkeletonInstanceSet as _, SkeletonInstancesSet as _, SkeletonSet as _, SkeletonsSet as _, TrainingFrameSet as _,
    TrainingFramesSet as _,
};
use nwb_extension::types::{
    CalibratedCamera, CalibratedCameraInit, PoseEstimation, PoseEstimationSeries, PoseEstimationSeriesInit,
    PoseTraining, Skeleton, SkeletonInit, SkeletonInstance, SkeletonInstanceInit, SkeletonInstances, Skeletons,
    TrainingFrame, TrainingFrameInit, TrainingFrames,
};

fn begin(path: &Path) -> Edit {
    let options = EditOptions {
        object_ids: ObjectIds::OfPath(nwb::uuid::Uuid::from_u128(7)),
        now: Some(nwb::chrono::DateTime::parse_from_rfc3339("2024-03-06T10:00:00+00:00").unwrap()),
        ..EditOptions::default()
    };
    let init = NwbFileInit {
        identifier: "pose-1".into(),
        session_description: "a mouse in a box".into(),
        session_start_time: Timestamp::parse("2024-03-05T09:41:07+00:00").unwrap(),
    };
    nwb::create_with(path, init, nwb::CreateOptions { edit: options, ..Default::default() }).unwrap()
}

/// What is of core alone: subject, video, processing module.
fn ground(edit: &mut Edit) -> (Handle<Subject>, Handle<ImageSeries>, Handle<ProcessingModule>) {
    let subject = edit.insert(Subject::new().subject_id("M7").species("Mus musculus")).unwrap();
    let video = ImageSeries::new(ImageSeriesInit {
        name: "video".into(),
        data: ImageData::external_files([("video.mp4", 0)]),
        unit: "n.a.".into(),
        timing: Timing::rate(30.0),
    });
    let video = edit.insert_in(Place::Acquisition, video).unwrap();
    let behavior = edit
        .insert(ProcessingModule::new(ProcessingModuleInit { name: "behavior".into(), description: "pose".into() }));
    (subject, video, behavior.unwrap())
}

fn matrix() -> nwb::ndarray::Array2<f32> {
    nwb::ndarray::Array2::from_shape_fn((3, 3), |(row, column)| (3 * row + column) as f32)
}

const TIMES: [f64; 3] = [0.5, 1.0, 2.0];

/// Written with the generated types.
pub(crate) fn generated(path: &Path) {
    let mut edit = begin(path);
    let (subject, video, behavior) = ground(&mut edit);
    let camera =
        CalibratedCamera::new(CalibratedCameraInit { name: "camera".into(), intrinsic_matrix: matrix().into() })
            .translation_vector(vec![1.0f32, 2.0, 4.5])
            .description("above");
    let camera: Handle<CalibratedCamera> = edit.insert(camera).unwrap();
    let mouse = Skeleton::new(SkeletonInit { name: "mouse".into(), nodes: vec!["nose", "tail"].into() })
        .edges(arr2(&[[0u8, 1]]))
        .subject(subject);
    let skeletons = edit.insert_in(behavior, Skeletons::new().skeletons([mouse])).unwrap();
    let mouse: Handle<Skeleton> = edit.child(skeletons, "mouse").unwrap();

    let pose = PoseEstimation::new()
        .description("by hand")
        .scorer("me")
        .source_software("net")
        .source_software_version("1.2")
        .skeleton(mouse)
        .device(camera)
        .source_video(video);
    let pose = edit.insert_in(behavior, pose).unwrap();
    let nose = PoseEstimationSeries::new(PoseEstimationSeriesInit {
        name: "nose".into(),
        data: arr2(&[[1.0f32, 2.0], [3.0, 5.0], [8.0, 13.0]]).into(),
        timing: Timing::timestamps(TIMES),
    })
    .reference_frame("upper left corner")
    .confidence(vec![1.0f32, 0.5, 0.25])
    .confidence_definition("softmax")
    .description("the nose");
    edit.insert_in(pose, nose).unwrap();
    let tail = PoseEstimationSeries::new(PoseEstimationSeriesInit {
        name: "tail".into(),
        data: arr2(&[[1.0f32, 2.0, 3.0]; 3]).into(),
        timing: Timing::timestamps(TIMES),
    })
    .reference_frame("the box")
    .unit("mm")
    .confidence(vec![0.0f32, 0.0, 1.0]);
    edit.insert_in(pose, tail).unwrap();

    let instance = SkeletonInstance::new(SkeletonInstanceInit {
        node_locations: arr2(&[[0.5, 1.0], [2.0, 4.0]]).into(),
        skeleton: mouse.into(),
    })
    .named("first")
    .id(3)
    .node_visibility(vec![true, false]);
    let instances = SkeletonInstances::new().skeleton_instances([instance]);
    let frame = TrainingFrame::new(TrainingFrameInit { skeleton_instances: instances.into() })
        .named("frame")
        .annotator("her")
        .source_video(video)
        .source_video_frame_index(7);
    edit.insert_in(behavior, PoseTraining::new().training_frames(TrainingFrames::new().training_frames([frame])))
        .unwrap();
    edit.commit().unwrap();
}

/// Written by name, with the schema loaded when the program runs.
pub(crate) fn by_name(path: &Path) {
    let mut edit = begin(path);
    let (subject, video, behavior) = ground(&mut edit);
    let file = Path::new(crate::SCHEMA).join("ndx-pose.namespace.yaml");
    for release in yaml::file(&file, Strictness::Strict).unwrap() {
        edit.use_namespace(release).unwrap();
    }
    let draft = |name: &str| DynamicDraft::new("ndx-pose", name);
    let camera = draft("CalibratedCamera")
        .named("camera")
        .set("intrinsic_matrix", matrix())
        .set("translation_vector", vec![1.0f32, 2.0, 4.5])
        .as_a::<Device>()
        .description("above");
    let camera: Handle<Device> = edit.insert(camera).unwrap();
    let mouse = draft("Skeleton")
        .named("mouse")
        .set("nodes", vec!["nose", "tail"])
        .set("edges", arr2(&[[0u8, 1]]))
        .add(subject);
    let skeletons = edit.insert_in(behavior, draft("Skeletons").add(mouse)).unwrap();
    let mouse: Handle<Dynamic> = edit.child(skeletons, "mouse").unwrap();

    let pose = draft("PoseEstimation")
        .set("description", "by hand")
        .set("scorer", "me")
        .set("source_software", "net")
        .set("source_software@version", "1.2")
        .set("device", camera)
        .set("source_video", video)
        .add(mouse);
    let pose = edit.insert_in(behavior, pose).unwrap();
    let nose = draft("PoseEstimationSeries")
        .named("nose")
        .set("data", arr2(&[[1.0f32, 2.0], [3.0, 5.0], [8.0, 13.0]]))
        .set("timestamps", TIMES)
        .set("reference_frame", "upper left corner")
        .set("confidence", vec![1.0f32, 0.5, 0.25])
        .set("confidence@definition", "softmax")
        .as_a::<TimeSeries>()
        .description("the nose");
    edit.insert_in(pose, nose).unwrap();
    let tail = draft("PoseEstimationSeries")
        .named("tail")
        .set("data", arr2(&[[1.0f32, 2.0, 3.0]; 3]))
        .set("data@unit", "mm")
        .set("timestamps", TIMES)
        .set("reference_frame", "the box")
        .set("confidence", vec![0.0f32, 0.0, 1.0]);
    edit.insert_in(pose, tail).unwrap();

    let instance = draft("SkeletonInstance")
        .named("first")
        .set("id", 3)
        .set("node_locations", arr2(&[[0.5, 1.0], [2.0, 4.0]]))
        .set("node_visibility", vec![true, false])
        .add(mouse);
    let frame = draft("TrainingFrame")
        .named("frame")
        .set("annotator", "her")
        .set("source_video_frame_index", 7)
        .set("source_video", video)
        .set("skeleton_instances", draft("SkeletonInstances").add(instance));
    edit.insert_in(behavior, draft("PoseTraining").set("training_frames", draft("TrainingFrames").add(frame))).unwrap();
    edit.commit().unwrap();
}

/// Whether the generated views tell what is in the session.
pub(crate) fn check_views(file: &File) {
    let camera: CalibratedCamera = file.devices().unwrap().all().get("camera").unwrap();
    assert_eq!(camera.description().unwrap(), Some("above"));
    assert_eq!(camera.intrinsic_matrix().unwrap().read::<f32, Ix2>(..).unwrap(), matrix());
    assert_eq!(camera.translation_vector().unwrap().unwrap().read::<f64, Ix1>(..).unwrap().to_vec(), [1.0, 2.0, 4.5]);
    assert!(camera.rotation_matrix().unwrap().is_none());
    let behavior = file.processing().unwrap().get("behavior").unwrap();
    let interfaces = behavior.data_interfaces().unwrap();
    let skeletons: Skeletons = interfaces.all().get("Skeletons").unwrap();
    let mouse = skeletons.skeletons().unwrap().only().unwrap();
    assert_eq!(mouse.nodes().unwrap().read_texts(..).unwrap(), ["nose", "tail"]);
    assert_eq!(mouse.edges().unwrap().unwrap().read::<u8, Ix2>(..).unwrap(), arr2(&[[0, 1]]));
    assert_eq!(mouse.subject().unwrap().unwrap().subject_id().unwrap(), Some("M7"));

    let pose: PoseEstimation = interfaces.all().get("PoseEstimation").unwrap();
    assert_eq!((pose.description().unwrap(), pose.scorer().unwrap()), (Some("by hand"), Some("me")));
    assert_eq!((pose.source_software().unwrap(), pose.source_software_version().unwrap()), (Some("net"), Some("1.2")));
    assert_eq!(pose.skeleton().unwrap().as_ref(), Some(&mouse));
    assert_eq!(pose.device().unwrap().unwrap().object(), camera.object());
    assert_eq!(pose.source_video().unwrap().unwrap().object().path(), "/acquisition/video");
    let series = pose.pose_estimation_series().unwrap();
    let nose = series.get("nose").unwrap();
    assert_eq!(nose.data().unwrap().read::<f32, Ix1>(s![2, ..]).unwrap().to_vec(), [8.0, 13.0]);
    assert_eq!((nose.unit().unwrap(), nose.description().unwrap()), ("pixels", Some("the nose")));
    assert_eq!(nose.reference_frame().unwrap(), Some("upper left corner"));
    assert_eq!(nose.confidence_definition().unwrap(), Some("softmax"));
    let tail: &TimeSeries = &series.get("tail").unwrap();
    assert_eq!((tail.unit().unwrap(), tail.data().unwrap().shape().unwrap()), ("mm", [3, 3].as_slice()));
    assert_eq!(tail.timestamps().unwrap().unwrap().read::<f64, Ix1>(..).unwrap().to_vec(), TIMES);

    let training: PoseTraining = interfaces.all().get("PoseTraining").unwrap();
    let frame = training.training_frames().unwrap().unwrap().training_frames().unwrap().get("frame").unwrap();
    assert_eq!((frame.annotator().unwrap(), frame.source_video_frame_index().unwrap()), (Some("her"), Some(7)));
    let instance = frame.skeleton_instances().unwrap().skeleton_instances().unwrap().get("first").unwrap();
    assert_eq!((instance.id().unwrap(), instance.skeleton().unwrap()), (Some(3), mouse));
    let visible = instance.node_visibility().unwrap().unwrap();
    assert_eq!(visible.read::<bool, Ix1>(..).unwrap().to_vec(), [true, false]);
}

/// Whether the fields tell it by their names, without the generated types.
pub(crate) fn check_by_name(file: &File) {
    let pose = file.get("/processing/behavior/PoseEstimation").unwrap();
    assert!(pose.is_a("core", "NWBDataInterface").unwrap());
    let field = |name: &str| pose.field(name).unwrap();
    assert_eq!(field("scorer").required::<&str>().unwrap(), "me");
    assert_eq!(field("source_software@version").required::<&str>().unwrap(), "1.2");
    assert_eq!(field("<Skeleton>").object().unwrap().unwrap().path(), "/processing/behavior/Skeletons/mouse");
    assert_eq!(field("device").object().unwrap().unwrap().path(), "/general/devices/camera");
    assert_eq!(field("<PoseEstimationSeries>").objects().unwrap().len(), 2);
    let nose = pose.get("nose").unwrap();
    assert_eq!(nose.field("confidence").unwrap().dataset().unwrap().unwrap().read::<f32, Ix1>(..).unwrap()[1], 0.5);
    assert_eq!(nose.cast::<TimeSeries>().unwrap().unit().unwrap(), "pixels");
    let wrong = pose.field("scorrer").unwrap_err();
    assert!(wrong.to_string().contains("did you mean \"scorer\"?"), "{wrong}");
}
