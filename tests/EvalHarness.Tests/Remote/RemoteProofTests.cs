using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.EvalHarness.Models;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Remote;

/// <summary>What a server must show before it is asked: that it serves this base with this adapter, whole.</summary>
public sealed class RemoteProofTests : IDisposable
{
    private readonly ServedSample _sample = new();

    public void Dispose() => _sample.Dispose();

    [Theory]
    [InlineData(ServerFault.IgnoresAdapter, "does not apply it")]
    [InlineData(ServerFault.StaleCache, "does not apply it")]
    [InlineData(ServerFault.Heated, "changes its log-probabilities")]
    public void A_server_of_something_else_is_found_by_the_probe(object fault, string words)
    {
        _sample.StandIn.Fault = (ServerFault)fault;
        Assert.Contains(words, Assert.Throws<IntegrityException>(() => _sample.Prove(_sample.Attached)).Fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ServerFault.IgnoresHead, "lm_head")]
    [InlineData(ServerFault.IgnoresMlp, "model.layers.*.mlp.down_proj")]
    public void A_server_that_ignores_a_part_of_the_adapter_is_found_although_the_whole_is_within_its_tolerance(object fault, string part)
    {
        var folder = _sample.WithHead();
        using var evaluator = _sample.Evaluator.Attach(folder, ServedSample.Cancellation);
        var (name, probe) = (RemoteModel.NameOf(evaluator.Model.AdapterDigest!.Value), evaluator.MakeProbe(ServedSample.Cancellation));
        _sample.StandIn.Serve(name, _sample.Attach(folder));
        _sample.StandIn.Serve(ServerFault.IgnoresHead, _sample.Attach(folder, static module => module == "lm_head"));
        _sample.StandIn.Serve(ServerFault.IgnoresMlp, _sample.Attach(folder, static module => module.Contains(".mlp.", StringComparison.Ordinal)));
        using var server = new RemoteServer(ServedSample.Options(_sample.StandIn));
        RemoteModel.Prove(server, evaluator.Model, probe, ServedSample.Cancellation);
        var lost = Distance(probe, item => item.Without[part]) / Distance(probe, item => item.Base);
        TestContext.Current.TestOutputHelper?.WriteLine($"{part}: {lost:0.00} of the adapter's movement");
        Assert.InRange(lost, 0.01, 0.34);
        _sample.StandIn.Fault = (ServerFault)fault;
        Assert.Contains($"without '{part}'", Assert.Throws<IntegrityException>(() => RemoteModel.Prove(server, evaluator.Model, probe, ServedSample.Cancellation)).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_probe_tells_the_modules_of_each_name_apart_and_each_kind_of_layer()
    {
        using var evaluator = _sample.Evaluator.Attach(_sample.WithHead(), ServedSample.Cancellation);
        string[] parts = ["lm_head", "model.layers.*", "model.layers.*.mlp.down_proj", "model.layers.*.self_attn", "model.layers.*.self_attn.k_proj", "model.layers.*.self_attn.o_proj", "model.layers.*.self_attn.q_proj", "model.layers.*.self_attn.v_proj"];
        Assert.All(evaluator.MakeProbe(ServedSample.Cancellation).Items, item => Assert.Equal(parts, item.Without.Keys));
    }

    [Fact]
    public void A_probe_whose_sequences_tell_of_different_parts_is_refused()
    {
        using var server = new RemoteServer(ServedSample.Options(_sample.StandIn));
        foreach (var items in new ProbeItem[][] { [], [_sample.Probe.Items[0], _sample.Probe.Items[1] with { Without = new Dictionary<string, double>() }] })
            Assert.Contains("the same parts", Assert.Throws<IntegrityException>(() => RemoteModel.Prove(server, _sample.Attached.Model, _sample.Probe with { Items = items }, ServedSample.Cancellation)).Fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("routing-noop")]
    [InlineData("routing-biased")]
    [InlineData("routing-damaged")]
    [InlineData("routing-dora")]
    public void Another_adapter_under_the_name_is_found_by_the_probe(string other)
    {
        _sample.StandIn.Serve(_sample.Name, _sample.Attach(other));
        Assert.Contains("applies another", Assert.Throws<IntegrityException>(() => _sample.Prove(_sample.Attached)).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void An_adapter_at_half_its_scale_is_found_by_the_probe()
    {
        var half = _sample.Temp.Copy(ServedSample.Adapter("routing-good"), "half");
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(half, "adapter_config.json")))!;
        config["lora_alpha"] = config["lora_alpha"]!.GetValue<double>() / 2;
        File.WriteAllText(Path.Combine(half, "adapter_config.json"), config.ToJsonString());
        _sample.StandIn.Serve(_sample.Name, _sample.Attach(half));
        Assert.Contains("applies a part of it", Assert.Throws<IntegrityException>(() => _sample.Prove(_sample.Attached)).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_in_bfloat16_passes_the_probe_and_its_rounding_is_the_reports_noise()
    {
        using var rounded = LanguageModel.Load(_sample.Checkpoint, Precision.Stored, CPU, ServedSample.Cancellation);
        using var adapter = PeftAdapter.Open(ServedSample.Adapter("routing-good"), ServedSample.Cancellation);
        using var live = rounded.Attach(adapter);
        using var other = new VllmStandIn(rounded);
        other.Serve(_sample.Name, live);
        using var server = new RemoteServer(ServedSample.Options(other));
        var remote = RemoteModel.Prove(server, _sample.Attached.Model, _sample.Probe, ServedSample.Cancellation);
        Assert.InRange(remote.Description.ProbeDistance, 0.01, 0.5);
    }

    [Fact]
    public void Another_base_is_found_by_the_probe()
    {
        using var other = new VllmStandIn(_sample.Attach("routing-damaged"));
        using var server = new RemoteServer(ServedSample.Options(other));
        Assert.Contains("another base", Assert.Throws<IntegrityException>(() => RemoteModel.Prove(server, _sample.Evaluator.Model, _sample.Probe, ServedSample.Cancellation)).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void An_adapter_that_is_served_under_another_name_is_not_taken_for_it()
    {
        using var other = new VllmStandIn(_sample.Base);
        other.Serve("routing-good", _sample.Good);
        using var server = new RemoteServer(ServedSample.Options(other));
        var refusal = Assert.Throws<RemoteException>(() => RemoteModel.Prove(server, _sample.Attached.Model, _sample.Probe, ServedSample.Cancellation));
        Assert.Contains(_sample.Name, refusal.Advice, StringComparison.Ordinal);
        Assert.Contains("routing-good", refusal.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_probe_of_another_adapter_or_of_nothing_is_refused()
    {
        using var dora = _sample.Evaluator.Attach(ServedSample.Adapter("routing-dora"), ServedSample.Cancellation);
        using var server = new RemoteServer(ServedSample.Options(_sample.StandIn));
        Assert.Contains("another base or adapter", Assert.Throws<IntegrityException>(() => RemoteModel.Prove(server, dora.Model, _sample.Probe, ServedSample.Cancellation)).Fault, StringComparison.Ordinal);
        using var noop = _sample.Evaluator.Attach(ServedSample.Adapter("routing-noop"), ServedSample.Cancellation);
        Assert.Contains("moves random tokens by", Assert.Throws<ModelException>(() => noop.MakeProbe(ServedSample.Cancellation)).Fault, StringComparison.Ordinal);
    }

    private static double Distance(AdapterProbe probe, Func<ProbeItem, double> other) => ProbeCheck.Distance([.. probe.Items.Select(other)], [.. probe.Items.Select(item => item.Adapter)]);
}
