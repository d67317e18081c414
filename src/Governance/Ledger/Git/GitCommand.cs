using System.ComponentModel;
using System.Diagnostics;

namespace Loragate.Governance.Ledger.Git;

/// <summary>Runs the installed git in a folder: no shell, no questions, nothing of the caller's own git environment but its credentials.</summary>
internal sealed class GitCommand(string folder)
{
    /// <summary>What must not depend on how somebody has set up git: bytes stay as they are, and a commit needs no name and no key.</summary>
    private static readonly string[] Settings =
    [
        "-c", "core.autocrlf=false", "-c", "core.quotePath=false", "-c", "commit.gpgSign=false", "-c", "gc.auto=0",
        "-c", "user.name=loragate", "-c", "user.email=ledger@loragate.invalid",
    ];

    /// <summary>These would lead git to another repository than the folder's.</summary>
    private static readonly string[] Misleading = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX"];

    /// <summary>Runs a command to its end, whatever that is.</summary>
    /// <exception cref="LedgerException">git is not installed.</exception>
    public GitOutput Run(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var process = Start(arguments);
        using var stop = cancellationToken.Register(() => process.Kill(entireProcessTree: true));
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        cancellationToken.ThrowIfCancellationRequested();
        return new GitOutput(process.ExitCode, output.ToArray(), error.GetAwaiter().GetResult());
    }

    /// <summary>Runs a command that has to succeed.</summary>
    /// <exception cref="LedgerException">It did not.</exception>
    public GitOutput Must(IReadOnlyList<string> arguments, string advice, CancellationToken cancellationToken)
    {
        var output = Run(arguments, cancellationToken);
        return output.Succeeded ? output : throw Fault($"'git {arguments[0]}' failed", advice, output);
    }

    /// <summary>The exception for a command that failed.</summary>
    public LedgerException Fault(string fault, string advice, GitOutput output) => new(folder, $"{fault}: {output.Complaint}", advice);

    private Process Start(IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo("git", [.. Settings, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var variable in Misleading)
            start.Environment.Remove(variable);
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["LC_ALL"] = "C";
        try
        {
            var process = Process.Start(start)!;
            process.StandardInput.Close();
            return process;
        }
        catch (Win32Exception e)
        {
            throw new LedgerException(folder, "git cannot be run", "Install git, or log without --ledger-push and bring the ledger to its place yourself.", e);
        }
    }
}
