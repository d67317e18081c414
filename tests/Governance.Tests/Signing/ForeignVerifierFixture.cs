using Loragate.Testing;

namespace Loragate.Governance.Signing;

/// <summary>The independent verifier of the reference folder, installed once with npm from its pinned list.</summary>
public sealed class ForeignVerifierFixture : IDisposable
{
    private readonly TempFolder _temp = new();

    public ForeignVerifierFixture()
    {
        if (!SharedFolder.IsPresent)
            Absent = SharedFolder.Absent;
        else if (!Shell.Has("npm") || !Shell.Has("node"))
            Absent = "Node and npm are not installed.";
        else
            Install();
    }

    /// <summary>Why there is no verifier; empty where there is one.</summary>
    public string Absent { get; private set; } = "";

    public ShellResult Verify(string key, string bundle, params string[] rest) =>
        Shell.Run("node", _temp.Path, [_temp.PathTo("verifier", "oms-verify.mjs"), key, bundle, .. rest]);

    public void Dispose() => _temp.Dispose();

    private void Install()
    {
        var folder = _temp.Copy(SharedFolder.PathTo("tools", "oms-verify"), "verifier");
        var install = Shell.Run("npm", folder, "install", "--no-audit", "--no-fund", "--fetch-retries=0", "--fetch-timeout=20000");
        if (install.ExitCode != 0)
            Absent = $"npm cannot install the verifier: {install.Error}";
    }
}
