using System.Text.Json.Nodes;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Safetensors;
using Loragate.Testing;
using static Loragate.MergeEngine.AnyFolder;

namespace Loragate.MergeEngine.Inspecting;

/// <summary>The size of every kind of change is that of W' − W, formed here densely in double.</summary>
public sealed class UpdateStatisticsTests : IDisposable
{
    private const int Rank = 3;
    private const string Query = "model.layers.0.q_proj";
    private const string Experts = "model.layers.0.mlp.experts";

    private readonly TempFolder _temp = new();
    private readonly Random _random = new(21);
    private readonly Named _weight;
    private readonly Named _bias;
    private readonly Named _norm;
    private readonly Named _embedding;

    public UpdateStatisticsTests() =>
        (_weight, _bias, _norm, _embedding) = (Tensor(_random, Query + ".weight", 12, 10), Tensor(_random, Query + ".bias", 12), Tensor(_random, "model.norm.weight", 10), Tensor(_random, "model.embed_tokens.weight", 7, 10));

    [Fact]
    public void AdaLoRAs_core_is_scaled_by_E()
    {
        var (a, b, e) = (Key(".lora_A", Rank, 10), Key(".lora_B", 12, Rank), Key(".lora_E", Rank, 1));
        var config = Config("ADALORA");
        config["init_r"] = 5;
        var scaled = Dense(b, (i, j) => b.Values[i * Rank + j] * (double)e.Values[j]);
        Expect(Inspect(config, a, b, e), Query, Times(scaled, Dense(a), Rank, 6 / (5 + 1e-5)), 12, _weight);
    }

    [Fact]
    public void AdaLoRA_without_a_rank_has_an_update_of_zero()
    {
        var module = Assert.Single(Inspect(Config("ADALORA"), Key(".lora_A", 0, 10), Key(".lora_B", 12, 0), Key(".lora_E", 0, 1)).Modules);
        Assert.True(module is { FrobeniusNorm: 0, SpectralNorm: 0, EffectiveRank: null });
    }

    [Fact]
    public void VeRAs_core_is_that_of_its_scaled_projections()
    {
        var (a, b) = (Tensor(_random, "base_model.vera_A", Rank, 14), Tensor(_random, "base_model.vera_B", 15, Rank));
        var (d, l) = (Key(".vera_lambda_d", Rank), Key(".vera_lambda_b", 12));
        var left = Enumerable.Range(0, 12 * Rank).Select(at => (double)b.Values[at] * l.Values[at / Rank]).ToArray();
        var right = Enumerable.Range(0, Rank * 10).Select(at => (double)a.Values[at / 10 * 14 + at % 10] * d.Values[at / 10]).ToArray();
        Expect(Inspect(Config("VERA"), a, b, d, l), Query, Times(left, right, Rank, 1), 12, _weight);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void LoKrs_singular_values_are_the_products_of_its_factors(bool isPaired)
    {
        var (w1, a, b) = (Key(".lokr_w1", 4, 5), Key(".lokr_w2_a", 3, Rank), Key(".lokr_w2_b", Rank, 2));
        var w2 = Key(".lokr_w2", 3, 2);
        var second = isPaired ? Times(Dense(a), Dense(b), Rank, 1) : Dense(w2);
        var delta = Enumerable.Range(0, 120).Select(at => (Row: at / 10, Column: at % 10)).Select(at => 6.0 / Rank * w1.Values[at.Row / 3 * 5 + at.Column / 2] * second[at.Row % 3 * 2 + at.Column % 2]).ToArray();
        Expect(isPaired ? Inspect(Config("LOKR"), w1, a, b) : Inspect(Config("LOKR"), w1, w2), Query, delta, 12, _weight);
    }

    [Fact]
    public void LoHa_has_a_norm_and_no_core()
    {
        var (a1, b1, a2, b2) = (Key(".hada_w1_a", 12, Rank), Key(".hada_w1_b", Rank, 10), Key(".hada_w2_a", 12, Rank), Key(".hada_w2_b", Rank, 10));
        var (x, y) = (Times(Dense(a1), Dense(b1), Rank, 1), Times(Dense(a2), Dense(b2), Rank, 1));
        Expect(Inspect(Config("LOHA"), a1, b1, a2, b2), Query, [.. x.Zip(y, (p, q) => 6.0 / Rank * p * q)], 12, _weight, hasCore: false);
    }

    [Theory]
    [InlineData(DType.F32)]
    [InlineData(DType.BF16)]
    public void A_DoRAs_size_is_what_its_magnitudes_make_of_it(DType type)
    {
        var config = Config("LORA");
        config["use_dora"] = true;
        var (a, b) = (Key(".lora_A.weight", Rank, 10), Key(".lora_B.weight", 12, Rank));
        var m = Key(".lora_magnitude_vector", 12) with { Values = [.. Enumerable.Range(0, 12).Select(row => 0.5f + row / 8f)] };
        var (product, w) = (Times(Dense(b), Dense(a), Rank, 6.0 / Rank), Dense(Stored(_weight, type)));
        var module = Assert.Single(Inspect(config, type, a, b, m).Modules);
        var delta = Enumerable.Range(0, 120).Select(at => m.Values[at / 10] * (w[at] + product[at]) / Math.Sqrt(Enumerable.Range(at / 10 * 10, 10).Sum(i => (w[i] + product[i]) * (w[i] + product[i]))) - w[at]).ToArray();
        Assert.Equal(1, module.FrobeniusNorm / Norm(delta), 1e-9);
        Assert.Equal(1, module.RelativeNorm!.Value / (Norm(delta) / Norm(w)), 1e-9);
        Assert.Equal(1, module.SpectralNorm!.Value / Singular(product, 12)[0], 1e-9);
    }

    [Fact]
    public void Magnitudes_that_were_trained_alone_have_a_size()
    {
        var config = Config("LORA");
        config["use_dora"] = true;
        var b = Key(".lora_B.weight", 12, Rank);
        var norms = Enumerable.Range(0, 12).Select(row => Math.Sqrt(_weight.Values.Skip(row * 10).Take(10).Sum(v => (double)v * v)));
        var m = Key(".lora_magnitude_vector", 12) with { Values = [.. norms.Select(n => (float)(2 * n))] };
        var module = Assert.Single(Inspect(config, Key(".lora_A.weight", Rank, 10), b with { Values = new float[b.Values.Length] }, m).Modules);
        Assert.Equal(1, module.RelativeNorm!.Value, 1e-6);
        Assert.Equal(0, module.SpectralNorm);
    }

    [Fact]
    public void IA3_is_measured_by_what_it_does_to_weight_and_bias()
    {
        var l = Key(".ia3_l", 12, 1);
        var inspection = Inspect(Config("IA3"), l);
        Expect(inspection, Query, [.. _weight.Values.Select((w, at) => w * (double)l.Values[at / 10] - w)], 12, _weight, hasCore: false);
        Expect(inspection, Query + ".bias", [.. _bias.Values.Zip(l.Values, (w, f) => w * (double)f - w)], 1, _bias, hasCore: false);
    }

    [Fact]
    public void What_is_replaced_is_measured_by_its_distance_from_the_base()
    {
        var config = Config("LORA");
        (config["modules_to_save"], config["bias"], config["trainable_token_indices"]) = (new JsonArray("norm"), "lora_only", new JsonArray(5, 1));
        var (norm, bias, rows) = (Tensor(_random, AdapterKey.Prefix + _norm.Name, 10), Key(".base_layer.bias", 12), Tensor(_random, AdapterKey.Prefix + "model.embed_tokens.token_adapter.trainable_tokens_delta", 2, 10));
        var (a, b) = (Key(".lora_A.weight", Rank, 10), Key(".lora_B.weight", 12, Rank));
        var inspection = Inspect(config, a, b, norm, bias, rows);
        Assert.Equal(["model.embed_tokens", Query, Query + ".bias", "model.norm"], inspection.Modules.Select(m => m.Module));
        Expect(inspection, Query, Times(Dense(b), Dense(a), Rank, 6.0 / Rank), 12, _weight);
        Expect(inspection, Query + ".bias", Differences(bias, _bias), 1, _bias, hasCore: false);
        Expect(inspection, "model.norm", Differences(norm, _norm), 1, _norm, hasCore: false);
        var delta = new double[70];
        foreach (var (place, row) in new[] { 5, 1 }.Index())
        {
            for (var i = 0; i < 10; i++)
                delta[row * 10 + i] = (double)rows.Values[place * 10 + i] - _embedding.Values[row * 10 + i];
        }
        Expect(inspection, "model.embed_tokens", delta, 7, _embedding, hasCore: false);
    }

    [Fact]
    public void The_bias_of_B_is_measured_beside_its_weight()
    {
        var config = Config("LORA");
        config["lora_bias"] = true;
        var bias = Key(".lora_B.bias", 12);
        Expect(Inspect(config, Key(".lora_A.weight", Rank, 10), Key(".lora_B.weight", 12, Rank), bias), Query + ".bias", [.. bias.Values.Select(v => v * 6.0 / Rank)], 1, _bias);
    }

    [Fact]
    public void Every_expert_of_one_tensor_has_a_core_of_its_own()
    {
        var stacked = Tensor(_random, Experts + ".down_proj", 4, 12, 10);
        var (a, b) = (Expert(".lora_A.weight", 4 * Rank, 10), Expert(".lora_B.weight", 12, 4 * Rank));
        var inspection = InspectExperts([stacked], ["experts.down_proj"], a, b);
        Assert.Equal(4, inspection.Modules.Count);
        for (var expert = 0; expert < 4; expert++)
            Expect(inspection, $"{Experts}.{expert}.down_proj", OfExpert(a, b, 4, expert), 12, stacked with { Values = stacked.Values[(expert * 120)..((expert + 1) * 120)] });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_expert_that_was_not_trained_is_told_beside_others_that_were(bool isStacked)
    {
        IReadOnlyList<Named> tensors = isStacked ? [Tensor(_random, Experts + ".down_proj", 4, 12, 10)] : [.. Enumerable.Range(0, 4).Select(e => Tensor(_random, $"{Experts}.{e}.down_proj.weight", 12, 10))];
        var b = Expert(".lora_B.weight", 12, 4 * Rank);
        for (var at = 2; at < b.Values.Length; at += 4)
            b.Values[at] = 0;
        Assert.Equal($"{Experts}.2.down_proj", Assert.Single(InspectExperts(tensors, ["experts.down_proj"], Expert(".lora_A.weight", 4 * Rank, 10), b).Findings, f => f.Id == "dead-module").Where);
    }

    [Fact]
    public void A_row_that_DoRA_cannot_scale_blocks_and_its_product_is_measured_all_the_same()
    {
        var config = Config("LORA");
        config["use_dora"] = true;
        var (a, b, m) = (Key(".lora_A.weight", Rank, 10), Key(".lora_B.weight", 12, Rank), Key(".lora_magnitude_vector", 12));
        Array.Clear(_weight.Values, 50, 10);
        Array.Clear(b.Values, 5 * Rank, Rank);
        var inspection = Judge([_weight, _bias, _norm, _embedding], config, DType.F32, [a, b, m]);
        Assert.Contains(inspection.Findings, f => f is { Id: "non-finite", Severity: Severity.Block, Where: Query + ".weight", Message: "the norm of row 5 is 0: DoRA cannot scale it" });
        var module = Module(inspection, Query);
        Assert.Equal(1, module.FrobeniusNorm / Norm(Times(Dense(b), Dense(a), Rank, 6.0 / Rank)), 1e-9);
        Assert.True(module is { RelativeNorm: null, SpectralNorm: > 0 });
    }

    [Fact]
    public void Weights_beyond_float32_block()
    {
        var l = Key(".ia3_l", 12, 1);
        (_weight.Values[70], l.Values[7]) = (16, 3e38f);
        Assert.Contains(Judge([_weight, _bias], Config("IA3"), DType.F32, [l]).Findings, f => f is { Id: "non-finite", Where: Query + ".weight", Message: "row 7 has NaN or infinite weights after the merge" });
    }

    [Fact]
    public void A_factor_that_is_no_number_is_told_once()
    {
        var l = Key(".ia3_l", 12, 1);
        l.Values[7] = float.NaN;
        Assert.Equal(l.Name, Assert.Single(Judge([_weight, _bias], Config("IA3"), DType.F32, [l]).Findings, f => f.Id == "non-finite").Where);
    }

    [Fact]
    public void Gate_and_up_and_down_of_an_expert_are_told_by_the_parameter_that_was_trained()
    {
        var tensors = Enumerable.Range(0, 2).SelectMany(e => new[] { Tensor(_random, $"{Experts}.{e}.gate_proj.weight", 6, 10), Tensor(_random, $"{Experts}.{e}.up_proj.weight", 6, 10), Tensor(_random, $"{Experts}.{e}.down_proj.weight", 10, 6) }).ToList();
        var (innerA, innerB) = (Expert(".base_layer.lora_A.weight", 2 * Rank, 10), Expert(".base_layer.lora_B.weight", 12, 2 * Rank));
        var (a, b) = (Expert(".lora_A.weight", 2 * 5, 6), Expert(".lora_B.weight", 10, 2 * 5));
        var inspection = InspectExperts(tensors, ["experts.gate_up_proj", "experts.down_proj"], innerA, innerB, a, b);
        Assert.Equal(4, inspection.Modules.Count);
        for (var expert = 0; expert < 2; expert++)
        {
            Named[] own = [tensors[expert * 3], tensors[expert * 3 + 1]];
            Expect(inspection, $"{Experts}.{expert}.gate_up_proj", OfExpert(innerA, innerB, 2, expert), 12, own[0] with { Values = [.. own[0].Values, .. own[1].Values] });
            Expect(inspection, $"{Experts}.{expert}.down_proj", OfExpert(a, b, 2, expert, 5), 10, tensors[expert * 3 + 2]);
            Assert.Equal((Rank, 5), (Module(inspection, $"{Experts}.{expert}.gate_up_proj").Rank, Module(inspection, $"{Experts}.{expert}.down_proj").Rank));
        }
    }

    [Fact]
    public void Modules_are_compared_with_their_kind_and_biases_with_biases()
    {
        Assert.Equal("q_proj", new ModuleStatistics(Query, 0, 0, 1, null).Kind);
        Assert.Equal("q_proj.bias", new ModuleStatistics(Query + ".bias", 0, 0, 1, null).Kind);
        Assert.Equal("gate_up_proj", new ModuleStatistics(Experts + ".7.gate_up_proj", 0, 0, 1, null).Kind);
        Assert.Equal(".bias", new ModuleStatistics(".bias", 0, 0, 1, null).Kind);
    }

    public void Dispose() => _temp.Dispose();

    private static void Expect(Inspection inspection, string name, double[] delta, int rows, Named baseWeights, bool hasCore = true)
    {
        var module = Module(inspection, name);
        Assert.Equal(1, module.FrobeniusNorm / Norm(delta), 1e-9);
        Assert.Equal(1, module.RelativeNorm!.Value / (Norm(delta) / Norm(Dense(baseWeights))), 1e-9);
        Assert.Equal(hasCore, module.SpectralNorm is not null);
        if (!hasCore)
            return;
        var squares = Singular(delta, rows).Select(s => s * s).ToList();
        // A Gram matrix squares the condition, so half of a double's digits remain in the worst case.
        Assert.Equal(1, module.SpectralNorm!.Value / Math.Sqrt(squares[0]), 1e-9);
        Assert.Equal(1, module.EffectiveRank!.Value / (squares.Sum() * squares.Sum() / squares.Sum(s => s * s)), 1e-7);
    }

    private static ModuleStatistics Module(Inspection inspection, string name) => Assert.Single(inspection.Modules, m => m.Module == name);

    private static double[] OfExpert(Named a, Named b, int experts, int expert, int rank = Rank)
    {
        var inputs = (int)a.Shape[1];
        var left = Enumerable.Range(0, (int)b.Shape[0] * rank).Select(at => (double)b.Values[at / rank * rank * experts + at % rank * experts + expert]).ToArray();
        return Times(left, Dense(a)[(expert * rank * inputs)..((expert + 1) * rank * inputs)], rank, 6.0 / rank);
    }

    private static double[] Differences(Named own, Named theirs) => [.. own.Values.Zip(theirs.Values, (x, y) => (double)x - y)];

    private static double[] Dense(Named tensor) => [.. tensor.Values.Select(v => (double)v)];

    private static double[] Dense(Named tensor, Func<int, int, double> value) => [.. Enumerable.Range(0, tensor.Values.Length).Select(at => value(at / (int)tensor.Shape[1], at % (int)tensor.Shape[1]))];

    private static double[] Times(double[] left, double[] right, int rank, double scale)
    {
        var columns = right.Length / rank;
        return [.. Enumerable.Range(0, left.Length / rank * columns).Select(at => scale * Enumerable.Range(0, rank).Sum(k => left[at / columns * rank + k] * right[k * columns + at % columns]))];
    }

    private static double Norm(double[] values) => Math.Sqrt(values.Sum(v => v * v));

    /// <summary>Singular values, the largest first: one-sided Jacobi rotations of the rows until all are orthogonal.</summary>
    private static List<double> Singular(double[] matrix, int rows)
    {
        var x = matrix.Chunk(matrix.Length / rows).Select(row => (double[])row.Clone()).ToArray();
        for (var sweep = 0; sweep < 60; sweep++)
        {
            for (var p = 0; p < rows; p++)
            {
                for (var q = p + 1; q < rows; q++)
                    Rotate(x[p], x[q]);
            }
        }
        return [.. x.Select(Norm).OrderDescending()];
    }

    private static void Rotate(double[] x, double[] y)
    {
        var (xx, yy, xy) = (x.Sum(v => v * v), y.Sum(v => v * v), x.Zip(y, (v, w) => v * w).Sum());
        if (xy == 0)
            return;
        var zeta = (yy - xx) / (2 * xy);
        var t = (zeta >= 0 ? 1 : -1) / (Math.Abs(zeta) + Math.Sqrt(1 + zeta * zeta));
        var c = 1 / Math.Sqrt(1 + t * t);
        for (var i = 0; i < x.Length; i++)
            (x[i], y[i]) = (c * (x[i] - t * y[i]), c * (t * x[i] + y[i]));
    }

    private static Named Stored(Named tensor, DType type) =>
        type == DType.F32 ? tensor : tensor with { Values = [.. tensor.Values.Select(v => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(v) & 0xFFFF0000))] };

    private static JsonObject Config(string type) => new()
    {
        ["peft_type"] = type, ["peft_version"] = "0.21.2", ["base_model_name_or_path"] = "base", ["r"] = Rank, ["lora_alpha"] = 6, ["alpha"] = 6, ["target_modules"] = new JsonArray("q_proj"),
    };

    private Inspection Inspect(JsonObject config, params Named[] adapter) => Inspect(config, DType.F32, adapter);

    private Inspection Inspect(JsonObject config, DType type, params Named[] adapter) => Inspect([_weight, _bias, _norm, _embedding], config, type, adapter);

    private Inspection InspectExperts(IReadOnlyList<Named> tensors, string[] parameters, params Named[] adapter)
    {
        var config = Config("LORA");
        (config["target_modules"], config["target_parameters"]) = (new JsonArray(), new JsonArray([.. parameters.Select(p => (JsonNode)p)]));
        if (parameters.Length > 1)
            (config["rank_pattern"], config["alpha_pattern"]) = (new JsonObject { ["down_proj"] = 5 }, new JsonObject());
        return Inspect(tensors, config, DType.F32, adapter);
    }

    private Inspection Inspect(IReadOnlyList<Named> tensors, JsonObject config, DType type, Named[] adapter)
    {
        var inspection = Judge(tensors, config, type, adapter);
        Assert.DoesNotContain(inspection.Findings, f => f.Severity == Severity.Block && f.Id != "no-op");
        return inspection;
    }

    private Inspection Judge(IReadOnlyList<Named> tensors, JsonObject config, DType type, Named[] adapter)
    {
        var baseFolder = WriteBase(_temp.PathTo("base"), """{"model_type":"any"}""", tensors, type);
        return Inspector.Inspect(new InspectRequest { Adapter = WriteAdapter(_temp.PathTo("adapter"), config, adapter), Base = baseFolder, Version = "test" });
    }

    private Named Key(string suffix, params long[] shape) => Tensor(_random, AdapterKey.Prefix + Query + suffix, shape);

    private Named Expert(string suffix, params long[] shape) => Tensor(_random, AdapterKey.Prefix + Experts + suffix, shape);
}
