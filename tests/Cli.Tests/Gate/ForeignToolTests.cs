using System.Text;
using System.Text.Json;
using Loragate.Testing;

namespace Loragate.Cli.Gate;

/// <summary>Programs that know nothing of loragate accept what a gate writes.</summary>
public sealed class ForeignToolTests(FinishedDemo demo) : IDisposable
{
    private readonly TempFolder _temp = new();

    private string Release => Path.Combine(demo.DossierOf("routing-good"), "release");

    [Fact]
    public void The_readmes_commands_check_a_release_by_hand_and_leave_nothing_in_it()
    {
        Assert.SkipUnless(Shell.Has("openssl") && Shell.Has("jq"), "openssl or jq is not installed.");
        var release = _temp.Copy(Release, "release");
        var before = Files.Digests(release);
        var good = ByHand(release);
        Assert.True(good.ExitCode == 0, good.Output + good.Error);
        Assert.Equal(5, good.Output.Split("Verified OK").Length - 1);
        Assert.Contains("[\"adapters/0/adapter_config.json\"", good.Output, StringComparison.Ordinal);
        Assert.Contains("nothing else: OK", good.Output, StringComparison.Ordinal);
        Assert.Contains("\"PASSED\"", good.Output, StringComparison.Ordinal);
        Assert.EndsWith("all of it holds\n", good.Output, StringComparison.Ordinal);
        Assert.Equal(before, Files.Digests(release));
        var added = _temp.Write("release/adapter/tokenizer.json", "{}"u8);
        Stops(release, "adapter/tokenizer.json");
        File.Delete(added);
        File.CreateSymbolicLink(added, "/dev/null");
        Stops(release, "adapter/tokenizer.json");
        File.Delete(added);
        Restored(Path.Combine(release, "report.pdf"), () => Stops(release, "report.pdf: FAILED"));
        Restored(Path.Combine(release, "attestations", "release.sigstore.json"), () => Assert.DoesNotContain(": OK", Stops(release, ""), StringComparison.Ordinal));
        Assert.Equal(0, ByHand(release).ExitCode);
    }

    /// <summary>Whatever is wrong, nothing after it is shown.</summary>
    private string Stops(string release, string says)
    {
        var result = ByHand(release);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(says, result.Output, StringComparison.Ordinal);
        foreach (var later in (string[])["\"PASSED\"", "nothing else: OK", "all of it holds"])
            Assert.DoesNotContain(later, result.Output, StringComparison.Ordinal);
        return result.Output;
    }

    /// <summary>Changes a file for a while.</summary>
    private static void Restored(string file, Action look)
    {
        var before = File.ReadAllBytes(file);
        var text = System.Text.Encoding.Latin1.GetString(before);
        var at = text.IndexOf("\"sig\":\"", StringComparison.Ordinal) is >= 0 and var found ? found + 40 : before.Length / 2;
        var changed = before.ToArray();
        changed[at] = changed[at] == (byte)'A' ? (byte)'B' : (byte)'A';
        File.WriteAllBytes(file, changed);
        look();
        File.WriteAllBytes(file, before);
    }

    private ShellResult ByHand(string release)
    {
        var readme = File.ReadAllText(Repository.PathTo("README.md"));
        var block = readme[readme.IndexOf("## Verify without us", StringComparison.Ordinal)..].Split("```")[1]["sh\n".Length..];
        return Shell.Run("sh", _temp.Path, "-c", $"RELEASE='{release}' KEY='{demo.PublicKey}'\n{block}");
    }

    [Fact]
    public void Openssl_verifies_the_model_signature_by_hand()
    {
        Assert.SkipUnless(Shell.Has("openssl"), "openssl is not installed.");
        using var bundle = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Release, "model.sig")));
        var envelope = bundle.RootElement.GetProperty("dsseEnvelope");
        var (type, payload) = (envelope.GetProperty("payloadType").GetString()!, envelope.GetProperty("payload").GetBytesFromBase64());
        var signature = _temp.Write("signature", envelope.GetProperty("signatures")[0].GetProperty("sig").GetBytesFromBase64());
        var signed = _temp.Write("pae", [.. Encoding.UTF8.GetBytes($"DSSEv1 {Encoding.UTF8.GetByteCount(type)} {type} {payload.Length} "), .. payload]);
        var result = Shell.Run("openssl", _temp.Path, "dgst", "-sha256", "-verify", demo.PublicKey, "-signature", signature, signed);
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        payload[^1] ^= 1;
        _temp.Write("pae", [.. Encoding.UTF8.GetBytes($"DSSEv1 {type.Length} {type} {payload.Length} "), .. payload]);
        Assert.NotEqual(0, Shell.Run("openssl", _temp.Path, "dgst", "-sha256", "-verify", demo.PublicKey, "-signature", signature, signed).ExitCode);
    }

    [Fact]
    public void Qpdf_finds_no_fault_in_any_report()
    {
        Assert.SkipUnless(Shell.Has("qpdf"), "qpdf is not installed.");
        foreach (var report in Directory.EnumerateFiles(demo.PathTo("reports")))
        {
            var result = Shell.Run("qpdf", "/", "--check", report);
            Assert.True(result.ExitCode == 0, $"{report}: {result.Output}{result.Error}");
        }
    }

    [Fact]
    public void Pdftotext_reads_the_decision_on_the_first_page()
    {
        Assert.SkipUnless(Shell.Has("pdftotext"), "pdftotext is not installed.");
        Assert.Contains("routing-good", FirstPage("routing-good.en.pdf"), StringComparison.Ordinal);
        Assert.Contains("approved", FirstPage("routing-good.en.pdf"), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("rejected", FirstPage("routing-biased.en.pdf"), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    [Trait(SharedFolder.Category, SharedFolder.Name)]
    public void An_independent_verifier_accepts_the_gates_model_signature()
    {
        Assert.SkipUnless(SharedFolder.IsPresent, SharedFolder.Absent);
        Assert.SkipUnless(Shell.Has("npm") && Shell.Has("node"), "Node and npm are not installed.");
        var verifier = _temp.Copy(SharedFolder.PathTo("tools", "oms-verify"), "verifier");
        var install = Shell.Run("npm", verifier, "install", "--no-audit", "--no-fund", "--fetch-retries=0", "--fetch-timeout=20000");
        Assert.SkipUnless(install.ExitCode == 0, $"npm cannot install the verifier: {install.Error}");
        var accepted = Shell.Run("node", verifier, "oms-verify.mjs", demo.PublicKey, Path.Combine(Release, "model.sig"), Path.Combine(Release, "adapter"));
        Assert.True(accepted.ExitCode == 0, accepted.Output + accepted.Error);
        var adapter = _temp.Copy(Path.Combine(Release, "adapter"), "adapter");
        Files.FlipBit(Path.Combine(adapter, "adapter_model.safetensors"), new Random(4));
        Assert.Equal(1, Shell.Run("node", verifier, "oms-verify.mjs", demo.PublicKey, Path.Combine(Release, "model.sig"), adapter).ExitCode);
    }

    [Fact]
    [Trait(SharedFolder.Category, SharedFolder.Name)]
    public void An_independent_auditor_accepts_the_gates_ledger()
    {
        Assert.SkipUnless(SharedFolder.IsPresent, SharedFolder.Absent);
        Assert.SkipUnless(Shell.Has("go"), "Go is not installed.");
        var build = Shell.Run(
            "env", SharedFolder.PathTo("tools", "log-audit"),
            "GO111MODULE=off", "GOPATH=/usr/share/gocode", $"GOCACHE={_temp.PathTo("cache")}", "go", "build", "-o", _temp.PathTo("log-audit"), "main.go");
        Assert.SkipUnless(build.ExitCode == 0, $"The auditor does not build: {build.Error}");
        var accepted = Shell.Run(_temp.PathTo("log-audit"), _temp.Path, demo.Ledger, demo.VKey);
        Assert.True(accepted.ExitCode == 0, accepted.Output + accepted.Error);
        var ledger = _temp.Copy(demo.Ledger, "ledger");
        foreach (var tile in Directory.EnumerateFiles(Path.Combine(ledger, "tile", "entries"), "*", SearchOption.AllDirectories))
            Files.FlipBit(tile, new Random(5));
        Assert.NotEqual(0, Shell.Run(_temp.PathTo("log-audit"), _temp.Path, ledger, demo.VKey).ExitCode);
    }

    public void Dispose() => _temp.Dispose();

    private string FirstPage(string report)
    {
        var result = Shell.Run("pdftotext", "/", "-l", "1", demo.PathTo("reports", report), "-");
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Output;
    }
}
