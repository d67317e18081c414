using System.Text.Json.Nodes;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Layouts;
using Loragate.MergeEngine.Planning;
using Loragate.Testing;
using static Loragate.MergeEngine.AnyFolder;

namespace Loragate.MergeEngine.Inspecting;

/// <summary>A base weight that is no number is told of every kind of change, by the tensor that holds it.</summary>
public sealed class BaseFaultTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly Random _random = new(8);

    public static TheoryData<string> Kinds => [.. AnyFamily.AllKinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_weight_of_the_base_that_is_no_number_blocks_where_a_merge_refuses_it(string kind)
    {
        var any = AnyCase.All().First(c => c.Kinds[0] == kind);
        var request = Assert.Single(any.Write(_temp, 1));
        var targets = Targets(request);
        Assert.NotEmpty(targets);
        foreach (var (index, target) in targets.Index())
        {
            var spoilt = Spoilt(request.Base, target, index % 2 == 0 ? float.NaN : float.NegativeInfinity);
            var findings = Inspect(request.Adapters[0].Folder, spoilt).Findings.Where(f => f.Severity == Severity.Block).ToList();
            var finding = Assert.Single(findings, f => f.Where == target);
            Assert.Equal("non-finite", finding.Id);
            Assert.Contains("of the base is", finding.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(findings, f => f.Id == "update-overflow");
            Assert.Throws<NonFiniteException>(() => Merger.Merge(request with { Base = spoilt, Output = _temp.PathTo($"{index} merged") }));
        }
        Assert.DoesNotContain(Inspect(request.Adapters[0].Folder, request.Base).Findings, f => f.Id == "non-finite");
    }

    [Fact]
    public void A_base_weight_that_nothing_changes_is_copied_as_it_is()
    {
        var spoilt = TinyModel.WriteBase(_temp.PathTo("base"), DType.F32, change: TinyModel.Spoil("norm.weight", float.NaN));
        var adapter = TinyModel.WriteAdapter(_temp.PathTo("adapter"));
        Assert.DoesNotContain(Inspect(adapter, spoilt).Findings, f => f.Id == "non-finite");
        Merger.Merge(TinyModel.Request(spoilt, _temp.PathTo("merged"), new WeightedAdapter(adapter)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_copy_of_the_embedding_that_is_no_number_on_either_side_is_another_base_and_no_fault_of_the_inspection(bool isInAdapter)
    {
        var embedding = Tensor(_random, "model.embed_tokens.weight", 7, 4);
        var copy = embedding with { Name = AdapterKey.Prefix + "model.embed_tokens.base_layer.weight", Values = [.. embedding.Values] };
        (isInAdapter ? copy : embedding).Values[5] = float.NaN;
        var config = new JsonObject { ["peft_type"] = "LORA", ["base_model_name_or_path"] = "base", ["r"] = 2, ["lora_alpha"] = 4, ["target_modules"] = new JsonArray("embed_tokens") };
        var adapter = WriteAdapter(_temp.PathTo("adapter"), config, [copy, Tensor(_random, AdapterKey.Prefix + "model.embed_tokens.lora_embedding_A", 2, 7), Tensor(_random, AdapterKey.Prefix + "model.embed_tokens.lora_embedding_B", 4, 2)]);
        var baseFolder = WriteBase(_temp.PathTo("base"), """{"model_type":"llama"}""", [embedding], DType.F32);
        var findings = Inspect(adapter, baseFolder).Findings;
        Assert.Contains(findings, f => f is { Id: "wrong-base", Severity: Severity.Block } && f.Where == copy.Name);
        Assert.Contains(findings, f => f is { Id: "non-finite", Severity: Severity.Block } && f.Where == (isInAdapter ? copy.Name : embedding.Name));
    }

    public void Dispose() => _temp.Dispose();

    /// <summary>The stored tensors that the adapter's changes begin from.</summary>
    private static List<string> Targets(MergeRequest request)
    {
        using var adapter = PeftAdapter.Open(request.Adapters[0].Folder);
        using var checkpoint = Checkpoint.Open(request.Base);
        var layout = BaseLayout.Of(checkpoint);
        return [.. Coverage.Of(adapter, layout).Deltas.Select(d => checkpoint.Tensors.ContainsKey(d.Target.Name) ? d.Target.Name : layout.Embedding!.Name).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The base with the middle value of one tensor spoilt.</summary>
    private string Spoilt(string baseFolder, string name, float value)
    {
        var folder = _temp.Copy(baseFolder, $"spoilt {Guid.NewGuid():N}");
        using var file = SafetensorsFile.Open(Path.Combine(baseFolder, Checkpoint.SingleFile));
        var tensor = file.Find(name)!;
        using var stream = File.OpenWrite(Path.Combine(folder, Checkpoint.SingleFile));
        stream.Position = file.ReadRawHeader().Length + tensor.Start + tensor.Elements / 2 * (tensor.DType.Bits / 8);
        var bits = BitConverter.SingleToUInt32Bits(value);
        stream.Write(tensor.DType switch
        {
            DType.F32 => BitConverter.GetBytes(bits),
            DType.BF16 => BitConverter.GetBytes((ushort)(bits >> 16)),
            _ => BitConverter.GetBytes((Half)value),
        });
        return folder;
    }

    private static Inspection Inspect(string adapter, string baseFolder) => Inspector.Inspect(new InspectRequest { Adapter = adapter, Base = baseFolder, Version = "test" });
}
