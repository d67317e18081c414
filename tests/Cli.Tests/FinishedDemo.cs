using Loragate.Artifacts;
using Loragate.Cli.Verbs;
using Loragate.Testing;

[assembly: AssemblyFixture(typeof(Loragate.Cli.FinishedDemo))]

namespace Loragate.Cli;

/// <summary>One demo that ran to its end, twice; tests read it or copy from it, and change nothing in it.</summary>
public sealed class FinishedDemo : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly Lazy<PeopleGate> _released;

    public FinishedDemo()
    {
        _released = new(() => PeopleGate.Released(this));
        Folder = _temp.PathTo("demo");
        First = Executable.Run("demo", "--output", Folder);
        AfterFirst = Files.Digests(Folder);
        Second = Executable.Run("demo", "--output", Folder);
        Latest = this;
    }

    /// <summary>The demo of this run of the tests, for what is no test class.</summary>
    public static FinishedDemo Latest { get; private set; } = null!;

    public string Folder { get; }

    public ShellResult First { get; }

    /// <summary>Every file as the first run left it.</summary>
    public IReadOnlyDictionary<string, Digest> AfterFirst { get; }

    public ShellResult Second { get; }

    public string Key => PathTo("keys", "gate.pem");

    public string PublicKey => Key + ".pub";

    public string LedgerKey => PathTo("keys", "ledger.pem");

    public string VKey => PathTo("keys", "ledger.vkey");

    public string Ledger => PathTo("ledger");

    public string PathTo(params string[] parts) => Path.Combine([Folder, .. parts]);

    public string DossierOf(string adapter) => PathTo("dossiers", adapter);

    /// <summary>A copy of a gate that asked people, with its release and its ledger.</summary>
    internal PeopleGate CopyReleased() => new(_released.Value);

    public void Dispose()
    {
        if (_released.IsValueCreated)
            _released.Value.Dispose();
        _temp.Dispose();
    }
}
