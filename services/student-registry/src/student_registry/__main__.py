"""`student-registry serve | relay | consume | all | migrate | audit | import | export | verify | reseal`."""

from chassis.service import main as run

from student_registry.app import SERVICE


def main() -> None:
    """Run the command of the command line and leave with its exit code."""
    raise SystemExit(run(SERVICE))


if __name__ == "__main__":
    main()
