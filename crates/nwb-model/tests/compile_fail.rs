//! What must not compile: wrong link types, forgotten fields. And what must, beside it.

#[test]
fn the_compiler_refuses_what_the_schema_forbids() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/compile_fail/right.rs");
    cases.compile_fail("tests/compile_fail/wrong_link_type.rs");
    cases.compile_fail("tests/compile_fail/wrong_child_type.rs");
    cases.compile_fail("tests/compile_fail/missing_field.rs");
    cases.compile_fail("tests/compile_fail/no_setter_for_fixed_value.rs");
}
