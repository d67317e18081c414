using System.Text.Json.Nodes;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Layouts;
using Loragate.Testing;
using static Loragate.MergeEngine.AnyFolder;

namespace Loragate.MergeEngine.Deltas;

/// <summary>
/// The formulas that no reference case covers, written out naively over float32 tensors. Both sides round a double once; their sums differ in
/// the order of at most 10 terms, 2⁻⁴⁸ relative, so a float differs from it by at most one unit in the last place, and nearly never.
/// </summary>
public sealed class FormulaTests : IDisposable
{
    private const string Module = "model.layer";
    private const double Tolerance = 1.5e-7;

    private readonly TempFolder _temp = new();
    private readonly Random _random = new(11);

    [Fact]
    public void A_convolution_sums_over_the_rank_at_every_place_of_the_kernel()
    {
        var (w, a, b) = (New(Module + ".weight", 8, 6, 3, 2), Key(".lora_A.weight", 4, 6, 3, 2), Key(".lora_B.weight", 8, 4, 1, 1));
        Expect(Merge(Config("LORA"), [w], a, b), w, (o, rest) => w.Values[o * 36 + rest] + 1.5 * Sum(4, r => (double)b.Values[o * 4 + r] * a.Values[r * 36 + rest]), 36);
    }

    [Fact]
    public void DoRA_over_a_convolution_takes_the_norm_of_each_output()
    {
        var (w, a, b) = (New(Module + ".weight", 8, 6, 3, 2), Key(".lora_A.weight", 4, 6, 3, 2), Key(".lora_B.weight", 8, 4, 1, 1));
        var m = Key(".lora_magnitude_vector", 1, 8, 1, 1);
        var config = Config("LORA");
        config["use_dora"] = true;
        double Value(int o, int rest) => w.Values[o * 36 + rest] + 1.5 * Sum(4, r => (double)b.Values[o * 4 + r] * a.Values[r * 36 + rest]);
        Expect(Merge(config, [w], a, b, m), w, (o, rest) => m.Values[o] / Math.Sqrt(Sum(36, i => Value(o, i) * Value(o, i))) * Value(o, rest), 36);
    }

    [Fact]
    public void LoHa_with_cores_multiplies_two_Tucker_forms()
    {
        var w = New(Module + ".weight", 8, 6, 3, 2);
        var (a1, b1, t1) = (Key(".hada_w1_a", 4, 8), Key(".hada_w1_b", 4, 6), Key(".hada_t1", 4, 4, 3, 2));
        var (a2, b2, t2) = (Key(".hada_w2_a", 4, 8), Key(".hada_w2_b", 4, 6), Key(".hada_t2", 4, 4, 3, 2));
        Expect(Merge(Config("LOHA"), [w], a1, b1, t1, a2, b2, t2), w, (o, rest) => w.Values[o * 36 + rest] + 1.5 * Tucker(a1, b1, t1, o, 8, rest) * Tucker(a2, b2, t2, o, 8, rest), 36);
    }

    [Fact]
    public void LoKr_of_two_pairs_is_the_Kronecker_product_of_their_products()
    {
        var w = New(Module + ".weight", 12, 10);
        var (a1, b1, a2, b2) = (Key(".lokr_w1_a", 3, 4), Key(".lokr_w1_b", 4, 5), Key(".lokr_w2_a", 4, 4), Key(".lokr_w2_b", 4, 2));
        Expect(Merge(Config("LOKR"), [w], a1, b1, a2, b2), w, (o, i) => w.Values[o * 10 + i]
            + 1.5 * Sum(4, r => (double)a1.Values[o / 4 * 4 + r] * b1.Values[r * 5 + i / 2]) * Sum(4, r => (double)a2.Values[o % 4 * 4 + r] * b2.Values[r * 2 + i % 2]), 10);
    }

    [Fact]
    public void LoKr_with_a_core_expands_it_by_both_factors()
    {
        var w = New(Module + ".weight", 8, 6, 3, 2);
        var (w1, a, b, t) = (Key(".lokr_w1", 2, 3), Key(".lokr_w2_a", 4, 4), Key(".lokr_w2_b", 4, 2), Key(".lokr_t2", 4, 4, 3, 2));
        Expect(Merge(Config("LOKR"), [w], w1, a, b, t), w, (o, rest) => w.Values[o * 36 + rest] + 1.5 * w1.Values[o / 4 * 3 + rest / 12] * Tucker(a, b, t, o % 4, 4, rest % 12), 36);
    }

    [Fact]
    public void IA3_scales_the_outputs_and_their_bias()
    {
        var (w, bias, l) = (New(Module + ".weight", 12, 10), New(Module + ".bias", 12), Key(".ia3_l", 12, 1));
        var merged = Merge(Config("IA3"), [w, bias], l);
        Expect(merged, w, (o, i) => (double)l.Values[o] * w.Values[o * 10 + i], 10);
        Expect(merged, bias, (_, i) => (double)l.Values[i] * bias.Values[i], 12);
    }

    [Fact]
    public void IA3_scales_the_inputs_of_a_feed_forward_convolution_and_leaves_its_bias()
    {
        var (w, bias, l) = (New(Module + ".weight", 8, 6, 3, 2), New(Module + ".bias", 8), Key(".ia3_l", 1, 6, 1, 1));
        var config = Config("IA3");
        config["feedforward_modules"] = new JsonArray("layer");
        var merged = Merge(config, [w, bias], l);
        Expect(merged, w, (o, rest) => (double)l.Values[rest / 6] * w.Values[o * 36 + rest], 36);
        Expect(merged, bias, (_, i) => bias.Values[i], 8);
    }

    [Fact]
    public void AdaLoRA_divides_by_the_initial_rank_whatever_is_left_of_it()
    {
        var (w, a, b, e) = (New(Module + ".weight", 12, 10), Key(".lora_A", 3, 10), Key(".lora_B", 12, 3), Key(".lora_E", 3, 1));
        var config = Config("ADALORA");
        (config["init_r"], config["rank_pattern"]) = (7, new JsonObject { [Module + ".lora_E"] = new JsonArray(true, false, true, true, false, false, false) });
        Expect(Merge(config, [w], a, b, e), w, (o, i) => w.Values[o * 10 + i] + 6 / (7 + 1e-5) * Sum(3, r => b.Values[o * 3 + r] * ((double)a.Values[r * 10 + i] * e.Values[r])), 10);
    }

    [Fact]
    public void AdaLoRA_takes_the_one_alpha_for_every_module_as_PEFT_does()
    {
        var (w, a, b, e) = (New(Module + ".weight", 12, 10), Key(".lora_A", 3, 10), Key(".lora_B", 12, 3), Key(".lora_E", 3, 1));
        var config = Config("ADALORA");
        (config["init_r"], config["alpha_pattern"]) = (3, new JsonObject { ["layer"] = 60 });
        Expect(Merge(config, [w], a, b, e), w, (o, i) => w.Values[o * 10 + i] + 6 / (3 + 1e-5) * Sum(3, r => b.Values[o * 3 + r] * ((double)a.Values[r * 10 + i] * e.Values[r])), 10);
    }

    [Fact]
    public void LoHa_and_LoKr_know_no_rank_stabilised_scale()
    {
        var w = New(Module + ".weight", 12, 10);
        var (a1, b1, a2, b2) = (Key(".hada_w1_a", 12, 4), Key(".hada_w1_b", 4, 10), Key(".hada_w2_a", 12, 4), Key(".hada_w2_b", 4, 10));
        var config = Config("LOHA");
        config["use_rslora"] = true;
        Expect(Merge(config, [w], a1, b1, a2, b2), w, (o, i) => w.Values[o * 10 + i]
            + 1.5 * Sum(4, r => (double)a1.Values[o * 4 + r] * b1.Values[r * 10 + i]) * Sum(4, r => (double)a2.Values[o * 4 + r] * b2.Values[r * 10 + i]), 10);
        var (w1, w2) = (Key(".lokr_w1", 3, 5), Key(".lokr_w2", 4, 2));
        config = Config("LOKR");
        config["use_rslora"] = true;
        Expect(Merge(config, [w], w1, w2), w, (o, i) => w.Values[o * 10 + i] + 1.5 * w1.Values[o / 4 * 5 + i / 2] * w2.Values[o % 4 * 2 + i % 2], 10);
    }

    [Fact]
    public void IA3_takes_a_module_for_feed_forward_by_the_bare_end_of_its_name()
    {
        var (w, l) = (New(Module + ".weight", 12, 10), Key(".ia3_l", 1, 10));
        var config = Config("IA3");
        config["feedforward_modules"] = new JsonArray("yer");
        Expect(Merge(config, [w], l), w, (o, i) => (double)l.Values[i] * w.Values[o * 10 + i], 10);
    }

    [Theory]
    [InlineData(ExpertLayout.ExpertFastest)]
    [InlineData(ExpertLayout.ExpertSlowest)]
    public void Experts_in_one_tensor_take_their_own_columns_of_B_in_either_layout(ExpertLayout layout)
    {
        var (w, a, b) = (New("model.experts.down_proj", 3, 12, 10), Named("model.experts.lora_A.weight", 12, 10), Named("model.experts.lora_B.weight", 12, 12));
        var config = Config("LORA");
        (config["target_modules"], config["target_parameters"]) = (new JsonArray(), new JsonArray("experts.down_proj"));
        Assert.Contains(Assert.Throws<MergePlanException>(() => Merge(config, [w], a, b)).Findings, f => f.Id == "expert-layout");
        Expect(Merge(config, [w], layout, a, b), w, (row, i) =>
        {
            var (e, o) = (row / 12, row % 12);
            return w.Values[row * 10 + i] + 1.5 * Sum(4, r => (double)b.Values[o * 12 + (layout == ExpertLayout.ExpertFastest ? r * 3 + e : e * 4 + r)] * a.Values[(e * 4 + r) * 10 + i]);
        }, 10);
    }

    [Fact]
    public void Experts_whose_factors_lie_the_other_way_round_are_turned()
    {
        var (w, a, b) = (New("model.experts.down_proj", 3, 12, 10), Named("model.experts.lora_A.weight", 12, 12), Named("model.experts.lora_B.weight", 10, 12));
        var config = Config("LORA");
        (config["target_modules"], config["target_parameters"]) = (new JsonArray(), new JsonArray("experts.down_proj"));
        Expect(Merge(config, [w], ExpertLayout.ExpertFastest, a, b), w, (row, i) =>
            w.Values[row * 10 + i] + 1.5 * Sum(4, r => (double)b.Values[i * 12 + r * 3 + row / 12] * a.Values[(row / 12 * 4 + r) * 12 + row % 12]), 10);
    }

    [Fact]
    public void Square_experts_are_refused_where_either_side_may_be_the_input()
    {
        var (w, a, b) = (New("model.experts.down_proj", 3, 12, 12), Named("model.experts.lora_A.weight", 12, 12), Named("model.experts.lora_B.weight", 12, 12));
        var config = Config("LORA");
        (config["target_modules"], config["target_parameters"]) = (new JsonArray(), new JsonArray("experts.down_proj"));
        Assert.Contains(Assert.Throws<MergePlanException>(() => Merge(config, [w], ExpertLayout.ExpertFastest, a, b)).Findings, f => f.Id == "expert-orientation");
    }

    [Fact]
    public void A_grouped_convolution_is_refused_as_PEFT_does()
    {
        var (w, a, b) = (New(Module + ".weight", 8, 3, 3, 2), Key(".lora_A.weight", 4, 6, 3, 2), Key(".lora_B.weight", 8, 2, 1, 1));
        Assert.Contains("grouped", Assert.Throws<MergePlanException>(() => Merge(Config("LORA"), [w], a, b)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void VeRA_without_its_projections_is_refused_by_name()
    {
        var (w, b, d) = (New(Module + ".weight", 12, 10), Key(".vera_lambda_b", 12), Key(".vera_lambda_d", 4));
        Assert.Contains(Assert.Throws<MergePlanException>(() => Merge(Config("VERA"), [w], b, d)).Findings, f => f.Id == "projection-missing");
    }

    public void Dispose() => _temp.Dispose();

    private static JsonObject Config(string type) =>
        new() { ["peft_type"] = type, ["r"] = 4, ["lora_alpha"] = 6, ["alpha"] = 6, ["target_modules"] = new JsonArray("layer") };

    private Named New(string name, params long[] shape) => Tensor(_random, name, shape);

    private Named Named(string name, params long[] shape) => Tensor(_random, AdapterKey.Prefix + name, shape);

    private Named Key(string suffix, params long[] shape) => Named(Module + suffix, shape);

    private string Merge(JsonObject config, Named[] weights, params Named[] adapter) => Merge(config, weights, null, adapter);

    private string Merge(JsonObject config, Named[] weights, ExpertLayout? layout, params Named[] adapter)
    {
        var name = Guid.NewGuid().ToString("N");
        var baseFolder = AnyFolder.WriteBase(_temp.PathTo(name, "base"), """{"model_type":"any"}""", weights, DType.F32);
        var folder = AnyFolder.WriteAdapter(_temp.PathTo(name, "adapter"), config, adapter);
        Merger.Merge(TinyModel.Request(baseFolder, _temp.PathTo(name, "merged"), new WeightedAdapter(folder)) with { ExpertLayout = layout });
        return _temp.PathTo(name, "merged");
    }

    private static double Tucker(Named a, Named b, Named t, int o, int outputs, int rest) =>
        Sum(4, i => Sum(4, j => (double)t.Values[(i * 4 + j) * 6 + rest % 6] * b.Values[j * (b.Values.Length / 4) + rest / 6]) * a.Values[i * outputs + o]);

    private static double Sum(int count, Func<int, double> term) => Enumerable.Range(0, count).Sum(term);

    private static void Expect(string merged, Named tensor, Func<int, int, double> expected, int columns)
    {
        var values = Read(merged, tensor.Name);
        for (var i = 0; i < values.Length; i++)
        {
            var exact = (float)expected(i / columns, i % columns);
            Assert.True(Math.Abs(values[i] - exact) <= Tolerance * Math.Abs(exact), $"{tensor.Name}[{i}]: {values[i]:R} where {exact:R} was expected");
        }
    }
}
