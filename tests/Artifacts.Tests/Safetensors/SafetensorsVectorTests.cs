using System.Text.Json;
using Loragate.Documents;
using Loragate.Testing;

namespace Loragate.Artifacts.Safetensors;

[Trait(SharedFolder.Category, SharedFolder.Name)]
public sealed class SafetensorsVectorTests
{
    private const string Verdicts = "verdicts.json";

    public static TheoryData<string> Cases => [.. SharedFolder.Files("vectors", "safetensors").Where(f => f != Verdicts)];

    [Fact]
    public void Every_file_has_a_verdict_and_every_verdict_a_file()
    {
        Assert.SkipUnless(SharedFolder.IsPresent, SharedFolder.Absent);
        using var document = ReadVerdicts();
        Assert.Equal(
            document.RootElement.GetProperty("files").EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal),
            SharedFolder.Files("vectors", "safetensors").Where(f => f != Verdicts));
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void A_file_gets_the_verdict_of_a_careful_reader(string name)
    {
        using var document = ReadVerdicts();
        var expected = document.RootElement.GetProperty("files").GetProperty(name);
        var refusal = Open(PathTo(name), out var warnings, out var tensors);
        switch (expected.GetProperty("careful").GetString())
        {
            case "accept":
                Assert.Null(refusal);
                Assert.Empty(warnings);
                break;
            case "warn":
                Assert.True(refusal is not null || warnings.Count > 0 || HoldsOddValues(PathTo(name)), "neither warned of nor refused, and no value explains it");
                break;
            default:
                Assert.NotNull(refusal);
                break;
        }
        if (refusal is null)
            Assert.Equal(ExpectedTensors(expected), tensors);
        else
            AssertNamesTheFault(refusal, name);
        if (refusal is not null && expected.GetProperty("verdict").GetString() == "accept")
            Assert.Contains(FormatPage.StricterRefusals(), r => r.Code == refusal.Code.ToString() && refusal.Fault.Contains(r.Words, StringComparison.Ordinal));
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void What_the_reference_rejects_is_refused(string name)
    {
        using var document = ReadVerdicts();
        if (document.RootElement.GetProperty("files").GetProperty(name).GetProperty("verdict").GetString() == "reject")
            Assert.NotNull(Open(PathTo(name), out _, out _));
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void An_accepted_file_written_again_has_the_same_tensors_and_one_canonical_form(string name)
    {
        if (Open(PathTo(name), out _, out var tensors) is not null)
            return;
        using var temp = new TempFolder();
        var (once, twice) = (temp.PathTo("once"), temp.PathTo("twice"));
        Rewrite(PathTo(name), once, ascending: true);
        Rewrite(once, twice, ascending: false);

        Assert.Null(Open(once, out _, out var written));
        Assert.Equal(tensors, written);
        Assert.Equal(File.ReadAllBytes(once), File.ReadAllBytes(twice));
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void A_stored_header_gives_the_same_file_again(string name)
    {
        if (Open(PathTo(name), out _, out _) is not null)
            return;
        using var temp = new TempFolder();
        using (var file = SafetensorsFile.Open(PathTo(name)))
        {
            using var writer = SafetensorsWriter.CreateLike(temp.PathTo("again"), file.ReadRawHeader());
            foreach (var tensor in file.Header.Tensors.Reverse())
                writer.Write(tensor.Name, 0, file.ReadAll(tensor));
        }
        Assert.Equal(File.ReadAllBytes(PathTo(name)), File.ReadAllBytes(temp.PathTo("again")));
    }

    private static void Rewrite(string source, string target, bool ascending)
    {
        using var file = SafetensorsFile.Open(source);
        var tensors = ascending ? file.Header.Tensors.OrderBy(t => t.Name, StringComparer.Ordinal) : file.Header.Tensors.OrderByDescending(t => t.Name, StringComparer.Ordinal);
        using var writer = SafetensorsWriter.Create(target, tensors.Select(t => new TensorPlan(t.Name, t.DType, t.Shape)), file.Header.Metadata);
        foreach (var tensor in tensors)
            writer.Write(tensor.Name, 0, file.ReadAll(tensor));
    }

    private static SafetensorsException? Open(string path, out IReadOnlyList<string> warnings, out List<string> tensors)
    {
        (warnings, tensors) = ([], []);
        try
        {
            using var file = SafetensorsFile.Open(path);
            warnings = file.Header.Warnings;
            tensors.AddRange(file.Header.Tensors.Select(t => Describe(t.Name, t.DType.ToString(), t.Shape, Digest.Of(file.ReadAll(t)).Hex)).Order(StringComparer.Ordinal));
            return null;
        }
        catch (SafetensorsException refusal)
        {
            return refusal;
        }
    }

    private static List<string> ExpectedTensors(JsonElement expected) =>
        [.. expected.GetProperty("tensors").EnumerateObject()
            .Select(t => Describe(t.Name, t.Value.GetProperty("dtype").GetString()!, t.Value.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64()), t.Value.GetProperty("sha256").GetString()!))
            .Order(StringComparer.Ordinal)];

    private static string Describe(string name, string dtype, IEnumerable<long> shape, string sha256) => $"{name} {dtype} [{string.Join(',', shape)}] {sha256}";

    private static void AssertNamesTheFault(SafetensorsException refusal, string name)
    {
        Assert.EndsWith(name, refusal.Place.Split(", tensor '")[0], StringComparison.Ordinal);
        Assert.True(refusal.Fault.Length > 10, refusal.Fault);
        Assert.Contains(refusal.Fault, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(refusal.Advice, refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>Values that a header cannot show: BOOL bytes above 1, NaN and infinities. The stages that read values judge them.</summary>
    private static bool HoldsOddValues(string path)
    {
        using var file = SafetensorsFile.Open(path);
        return file.Header.Tensors.Any(t => file.ReadAll(t) is var bytes && t.DType switch
        {
            DType.BOOL => bytes.Any(b => b > 1),
            DType.F32 => Enumerable.Range(0, bytes.Length / 4).Any(i => !float.IsFinite(BitConverter.ToSingle(bytes, i * 4))),
            DType.F64 => Enumerable.Range(0, bytes.Length / 8).Any(i => !double.IsFinite(BitConverter.ToDouble(bytes, i * 8))),
            DType.BF16 => Enumerable.Range(0, bytes.Length / 2).Any(i => (BitConverter.ToUInt16(bytes, i * 2) & 0x7F80) == 0x7F80),
            DType.F16 => Enumerable.Range(0, bytes.Length / 2).Any(i => (BitConverter.ToUInt16(bytes, i * 2) & 0x7C00) == 0x7C00),
            _ => false,
        });
    }

    private static JsonDocument ReadVerdicts() => JsonDocument.Parse(File.ReadAllBytes(PathTo(Verdicts)));

    private static string PathTo(string name) => SharedFolder.PathTo("vectors", "safetensors", name);
}
