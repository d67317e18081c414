using Loragate.Governance.Keys;
using Loragate.Testing;

namespace Loragate.Governance.Signing.Reference;

[Trait(SharedFolder.Category, SharedFolder.Name)]
public sealed class ReferenceVerifierTests
{
    public static TheoryData<OmsCase> Cases => [.. OmsCase.All];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void What_the_reference_said_is_what_we_say_that_it_says(OmsCase item)
    {
        using var temp = new TempFolder();
        var (folder, bundle) = (item.Prepare(temp), item.ReadBundle());
        var path = item.BundleInFolder is { } name ? Path.Combine(folder, name) : temp.PathTo("model.sig");
        File.WriteAllBytes(path, bundle);
        var verdict = Verdict(item, folder, bundle, path);
        Assert.True(verdict.Accepts == (item.RefVerdict == "valid"), $"{item.Id} was {item.RefVerdict}: {verdict.Why}");
        Assert.Equal(verdict.Accepts, verdict.Why is null);
    }

    private static ReferenceVerdict Verdict(OmsCase item, string folder, byte[] bundle, string path)
    {
        try
        {
            SignerTrust trust = item.Method == "key"
                ? new KeyTrust(VerificationKey.FromPem(OmsCase.ReadText(item.Key!), item.Key!))
                : CertificateTrust.FromPem(string.Concat(item.Roots.Select(OmsCase.ReadText)), item.At ?? DateTimeOffset.UtcNow, "roots");
            return ReferenceVerifier.Verify(folder, bundle, trust, path, FlagsOf(item), TestContext.Current.CancellationToken);
        }
        catch (KeyException e)
        {
            return new ReferenceVerdict(false, e.Message);
        }
    }

    private static ReferenceOptions FlagsOf(OmsCase item) => item.RefArgs.Aggregate(ReferenceOptions.None, (options, argument) => options | argument switch
    {
        "--allow_symlinks" => ReferenceOptions.AllowSymlinks,
        "--ignore_unsigned_files" => ReferenceOptions.IgnoreUnsignedFiles,
        _ => throw new NotSupportedException($"The argument '{argument}' is unknown: the test must learn it."),
    });
}
