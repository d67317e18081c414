namespace Loragate.Cli;

/// <summary>What the process says when it ends (README, "Exit codes").</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Rejected = 1;
    public const int Undecided = 2;
    public const int Integrity = 3;
    public const int Malformed = 4;
    public const int Usage = 64;
    public const int Internal = 70;
    public const int Interrupted = 130;
}
