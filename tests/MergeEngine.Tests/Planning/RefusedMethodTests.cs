using Loragate.Artifacts.Safetensors;
using Loragate.Testing;

namespace Loragate.MergeEngine.Planning;

/// <summary>Every method and setting of PEFT that is not merged is named, with a reason of its own.</summary>
public sealed class RefusedMethodTests
{
    private const string NoWeight = "no weight that could take";
    private const string NoFixed = "no fixed weight";
    private const string NoExact = "no one exact result";
    private const string NoFile = "no file holds";
    private const string NotHere = "this build has no exact merge";

    public static TheoryData<string, string> Methods => new()
    {
        { "PROMPT_TUNING", NoWeight }, { "MULTITASK_PROMPT_TUNING", NoWeight }, { "P_TUNING", NoWeight }, { "PREFIX_TUNING", NoWeight }, { "CPT", NoWeight }, { "CARTRIDGE", NoWeight },
        { "ADAPTION_PROMPT", NoWeight }, { "BOTTLENECK", NoWeight }, { "XLORA", NoFixed }, { "POLY", NoFixed }, { "LILY", NoFixed },
        { "OFT", NoExact }, { "BOFT", NoExact }, { "HRA", NoExact }, { "ROAD", NoExact }, { "VBLORA", NoExact }, { "FOURIERFT", NoExact }, { "WAVEFT", NoExact },
        { "PSOFT", NoFile }, { "OSF", NoFile }, { "RANDLORA", NotHere }, { "PVERA", NotHere }, { "BONE", NotHere }, { "MISS", NotHere }, { "C3A", NotHere }, { "SHIRA", NotHere }, { "DELORA", NotHere },
        { "GRALORA", NotHere }, { "HIRA", NotHere }, { "TINYLORA", NotHere }, { "UNILORA", NotHere }, { "DEFT", NotHere }, { "ADAMSS", NotHere }, { "PEANUT", NotHere },
        { "LORA2", "no method that this build knows" },
    };

    public static TheoryData<string> Settings =>
    [
        "auto_mapping", "auto_map", "layer_replication", "alora_invocation_tokens", "use_khatri_rao", "r2", "use_qalora", "arrow_config", "use_bdlora", "velora_config", "kasa_config", "monteclora_config",
    ];

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_method_that_is_not_merged_is_refused_with_its_reason_and_what_to_do(string type, string reason)
    {
        using var temp = new TempFolder();
        var adapter = TinyModel.WriteAdapter(temp.PathTo("adapter"), config: c => c["peft_type"] = type);
        var finding = Assert.Single(Assert.Throws<MergePlanException>(() => Merger.Merge(TinyModel.Request(TinyModel.WriteBase(temp.PathTo("base"), DType.F32), temp.PathTo("merged"), new WeightedAdapter(adapter)))).Findings);
        Assert.Equal("unsupported-type", finding.Id);
        Assert.StartsWith($"'{type}' ", finding.Message, StringComparison.Ordinal);
        Assert.Contains(reason, finding.Message, StringComparison.Ordinal);
        Assert.Contains("Keep the adapter separate", finding.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void No_two_methods_share_a_reason_but_the_two_names_of_one()
    {
        var reasons = Methods.Select(m => (Type: m.Data.Item1, Reason: Refusals.OfType(m.Data.Item1)));
        Assert.Equal(["BONE, MISS"], reasons.GroupBy(r => r.Reason, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => string.Join(", ", g.Select(r => r.Type))));
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void A_setting_that_is_not_merged_is_refused_with_its_reason(string setting)
    {
        using var temp = new TempFolder();
        var adapter = TinyModel.WriteAdapter(temp.PathTo("adapter"), config: c => c[setting] = true);
        var refusal = Assert.Throws<MergePlanException>(() => Merger.Merge(TinyModel.Request(TinyModel.WriteBase(temp.PathTo("base"), DType.F32), temp.PathTo("merged"), new WeightedAdapter(adapter))));
        var finding = Assert.Single(refusal.Findings, f => f.Where == setting);
        Assert.Equal("unsupported-setting", finding.Id);
        Assert.NotEqual(Refusals.OfSetting("anything else"), finding.Message);
    }
}
