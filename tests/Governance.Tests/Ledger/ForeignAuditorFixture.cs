using Loragate.Testing;

namespace Loragate.Governance.Ledger;

/// <summary>The independent auditor of the reference folder, built once with the system's Go and its packaged golang.org/x/mod.</summary>
public sealed class ForeignAuditorFixture : IDisposable
{
    private readonly TempFolder _temp = new();

    public ForeignAuditorFixture()
    {
        if (!SharedFolder.IsPresent)
            Absent = SharedFolder.Absent;
        else if (!Shell.Has("go"))
            Absent = "Go is not installed (apt-get install golang-go golang-golang-x-mod-dev).";
        else
            Build();
    }

    /// <summary>Why there is no auditor; empty where there is one.</summary>
    public string Absent { get; private set; } = "";

    public ShellResult Audit(string ledger, string vkey, params string[] sizes)
    {
        var key = _temp.Write("key.vkey", System.Text.Encoding.UTF8.GetBytes(vkey + "\n"));
        return Shell.Run(_temp.PathTo("log-audit"), _temp.Path, [ledger, key, .. sizes]);
    }

    public void Dispose() => _temp.Dispose();

    private void Build()
    {
        var build = Shell.Run(
            "env", SharedFolder.PathTo("tools", "log-audit"),
            "GO111MODULE=off", "GOPATH=/usr/share/gocode", $"GOCACHE={_temp.PathTo("cache")}", "go", "build", "-o", _temp.PathTo("log-audit"), "main.go");
        if (build.ExitCode != 0)
            Absent = $"The auditor does not build: {build.Error}";
    }
}
