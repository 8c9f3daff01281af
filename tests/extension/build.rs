//! Generates the types of ndx-pose.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    nwb_codegen::Extension::new("schema/ndx-pose/0.4.0", "ndx-pose").runtime("::nwb::model").build()?;
    Ok(())
}
