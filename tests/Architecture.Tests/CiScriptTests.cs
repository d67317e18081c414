using Loragate.Testing;

namespace Loragate.Architecture;

/// <summary>What .ci/run makes of test results, told by a stand-in for dotnet.</summary>
public sealed class CiScriptTests : IDisposable
{
    private readonly TempFolder _temp = new();

    [Theory]
    [InlineData("", 0, "3 passed, 0 failed, 1 skipped")]
    [InlineData("Takes minutes: LORAGATE_LONG=1 runs it.", 0, "3 passed, 0 failed, 1 skipped")]
    [InlineData("veraPDF is not installed.", 0, "3 passed, 0 failed, 1 skipped")]
    [InlineData("docker-registry is not installed.", 1, "1 docker-registry is not installed.")]
    [InlineData("The module does not build: no compiler", 1, "The module does not build")]
    [InlineData("jq, openssl are not all installed.", 1, "3 passed, 1 failed, 1 skipped")]
    [InlineData("The reference folder is not here: set LORAGATE_SHARED to it.", 1, "but tests skipped for want of it")]
    public void A_test_that_skips_for_want_of_an_expected_tool_or_of_the_reference_folder_fails_the_run(string reason, int code, string says)
    {
        Assert.SkipUnless(Shell.Has("bash"), "bash is not installed.");
        var result = Run($"<Message>{reason}</Message>", "Passed!  - Failed:     0, Passed:     3, Skipped:     1, Total:     4");
        Assert.True(result.ExitCode == code, result.Output + result.Error);
        Assert.Contains(says, result.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _temp.Dispose();

    private ShellResult Run(string results, string summary)
    {
        Stub("dotnet", $"while [ \"$1\" != --results-directory ]; do shift; done\necho '{results}' > \"$2/a.trx\"\necho '{summary}'");
        Stub("id", "echo 1000");
        return Shell.Run("env", _temp.Path, $"PATH={_temp.Path}:{Environment.GetEnvironmentVariable("PATH")}", $"LORAGATE_SHARED={_temp.Path}", "bash", Repository.PathTo(".ci", "run"));
    }

    private void Stub(string program, string script)
    {
        var path = _temp.Write(program, System.Text.Encoding.ASCII.GetBytes($"#!/bin/sh\n{script}\n"));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }
}
