//! The binary: a card.

use std::process::ExitCode;

fn main() -> ExitCode {
    rk::base::resident::give_back_early();
    let (env, stdio) = (rk::settings::env::Env::of_process(), rk::ui::Stdio::of_process());
    rk::run(std::env::args_os(), env, stdio).into()
}
