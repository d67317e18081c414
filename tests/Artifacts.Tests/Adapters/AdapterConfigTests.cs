using System.Diagnostics;
using System.Text;
using Loragate.Artifacts.Json;
using Loragate.Testing;

namespace Loragate.Artifacts.Adapters;

public sealed class AdapterConfigTests
{
    [Fact]
    public void A_short_config_has_the_defaults_of_PEFT()
    {
        var config = Parse("");
        Assert.Equal((8, 8.0, 1.0), (config.Rank, config.Alpha, config.ScaleOf("any")));
        Assert.Equal(("none", "true"), (config.Bias, config.Initialisation));
        Assert.False(config.Targets.IsStated);
    }

    [Theory]
    [InlineData("\"r\":0", "r")]
    [InlineData("\"r\":-1", "r")]
    [InlineData("\"r\":8.0", "r")]
    [InlineData("\"r\":65537", "r")]
    [InlineData("\"r\":\"8\"", "r")]
    [InlineData("\"r\":null", "r")]
    [InlineData("\"lora_alpha\":\"16\"", "lora_alpha")]
    [InlineData("\"lora_alpha\":true", "lora_alpha")]
    [InlineData("\"use_rslora\":1", "use_rslora")]
    [InlineData("\"use_dora\":\"no\"", "use_dora")]
    [InlineData("\"rank_pattern\":[]", "rank_pattern")]
    [InlineData("\"rank_pattern\":{\"q\":0}", "rank_pattern.q")]
    [InlineData("\"alpha_pattern\":{\"q\":\"1\"}", "alpha_pattern.q")]
    [InlineData("\"rank_pattern\":{\"(\":4}", "rank_pattern.(")]
    [InlineData("\"rank_pattern\":{\"a)|(b\":4}", "rank_pattern.a)|(b")]
    [InlineData("\"target_modules\":{}", "target_modules")]
    [InlineData("\"target_modules\":[1]", "target_modules")]
    [InlineData("\"target_modules\":\"(\"", "target_modules")]
    [InlineData("\"target_modules\":\"(?x)(.*(q_proj|v_proj))#\"", "target_modules")]
    [InlineData("\"target_modules\":\"(.*(q|k|v|o|down)_proj)|a{0,9900}\"", "target_modules")]
    [InlineData("\"exclude_modules\":\"(?x)zzz#\"", "exclude_modules")]
    [InlineData("\"rank_pattern\":{\"(?x)q_proj#\":4}", "rank_pattern.(?x)q_proj#")]
    [InlineData("\"target_modules\":\"(?=a)b\"", "target_modules")]
    [InlineData("\"target_modules\":\"(a)\\\\1\"", "target_modules")]
    [InlineData("\"exclude_modules\":\"[\"", "exclude_modules")]
    [InlineData("\"layers_to_transform\":[-1]", "layers_to_transform")]
    [InlineData("\"layers_to_transform\":\"1\"", "layers_to_transform")]
    [InlineData("\"target_modules\":\".*\",\"layers_to_transform\":[1]", "layers_to_transform")]
    [InlineData("\"bias\":true", "bias")]
    [InlineData("\"modules_to_save\":\"lm_head\"", "modules_to_save")]
    [InlineData("\"init_lora_weights\":1", "init_lora_weights")]
    [InlineData("\"task_type\":1", "task_type")]
    [InlineData("\"base_model_name_or_path\":1", "base_model_name_or_path")]
    [InlineData("\"lora_B_layout\":1", "lora_B_layout")]
    public void A_value_of_the_wrong_kind_is_refused_with_its_key(string json, string key) =>
        Assert.Contains($"key '{key}'", Assert.Throws<AdapterException>(() => Parse(json)).Place, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"base_model_class":"LlamaForCausalLM","parent_library":"transformers.models.llama.modeling_llama"}""", false)]
    [InlineData("""{"base_model_class":"Qwen3MoeModel","parent_library":"transformers.models.qwen3_moe.modeling_qwen3_moe"}""", false)]
    [InlineData("""{"base_model_class":"X","parent_library":"evil.mod"}""", true)]
    [InlineData("""{"base_model_class":"X","parent_library":"transformers_modules.evil"}""", true)]
    [InlineData("""{"base_model_class":"X","parent_library":"transformers.models.llama.modeling_llama.evil"}""", true)]
    [InlineData("""{"base_model_class":"X","parent_library":"transformers.models..modeling_"}""", true)]
    [InlineData("""{"base_model_class":"os","parent_library":"transformers.models.llama.modeling_llama"}""", true)]
    [InlineData("""{"base_model_class":"LlamaForCausalLM","parent_library":"transformers.models.llama.modeling_llama","more":1}""", true)]
    [InlineData("""{"base_model_class":"LlamaForCausalLM"}""", true)]
    [InlineData("\"transformers\"", true)]
    public void A_mapping_to_a_model_class_of_transformers_is_what_PEFT_writes_without_a_task_and_any_other_names_code(string mapping, bool isFeature) =>
        Assert.Equal(isFeature ? ["auto_mapping"] : [], Parse($"\"auto_mapping\":{mapping}").Features);

    [Theory]
    [InlineData("LOHA")]
    [InlineData("LOKR")]
    public void A_setting_of_LoRA_that_PEFT_does_not_know_for_another_method_is_unknown_and_without_effect(string type)
    {
        var config = AdapterConfig.Parse(Encoding.UTF8.GetBytes($$"""{"peft_type":"{{type}}","r":4,"alpha":8,"use_rslora":true}"""), "config");
        Assert.Equal(["use_rslora"], config.UnknownKeys);
        Assert.Equal((false, 2.0), (config.UseRslora, config.ScaleOf("any")));
    }

    [Fact]
    public void AdaLoRA_has_the_keys_of_LoRA_and_one_alpha_for_all()
    {
        var config = AdapterConfig.Parse("""{"peft_type":"ADALORA","lora_alpha":6,"alpha_pattern":{"layer":60},"use_rslora":true}"""u8.ToArray(), "config");
        Assert.Empty(config.UnknownKeys);
        Assert.Equal((false, 6.0), (config.UseRslora, config.AlphaOf("layer")));
    }

    [Theory]
    [InlineData("all-linear")]
    [InlineData("ALL-Linear")]
    public void All_linear_layers_are_no_names_and_no_pattern(string word) => Assert.False(Parse($"\"r\":8,\"target_modules\":\"{word}\"").Targets.IsStated);

    [Fact]
    public void The_first_pattern_in_file_order_holds()
    {
        var config = Parse("""
            "r":8,"lora_alpha":16,"rank_pattern":{"q_proj":4,"layers.0.q_proj":2},"alpha_pattern":{"layers.0.q_proj":1,"q_proj":3}
            """);
        Assert.Equal(4, config.RankOf("model.layers.0.self_attn.layers.0.q_proj"));
        Assert.Equal(1, config.AlphaOf("model.layers.0.q_proj"));
        Assert.Equal(3, config.AlphaOf("model.layers.1.q_proj"));
        Assert.Equal((8, 16.0), (config.RankOf("model.layers.1.k_proj"), config.AlphaOf("model.layers.1.k_proj")));
    }

    [Theory]
    [InlineData("q_proj", "model.q_proj", true)]
    [InlineData("q_proj", "q_proj", true)]
    [InlineData("q_proj", "model.xq_proj", false)]
    [InlineData("q_proj", "model.q_proj.x", false)]
    [InlineData(".*layers\\.[01]\\.q", "model.layers.1.q", true)]
    [InlineData("^model\\.q", "model.q", true)]
    [InlineData("^q", "model.q", false)]
    [InlineData("a|b", "model.b", true)]
    [InlineData("layers\\.0\\.q", "model.layers.0.q", true)]
    [InlineData("layers\\.0\\.q", "model.layersx0.q", false)]
    [InlineData("^model\\.layers\\.0\\.q", "model.layers.0.q", true)]
    [InlineData("^layers\\.0\\.q", "model.layers.0.q", false)]
    [InlineData("layers.0.q", "layersx0.q", true)]
    public void A_pattern_matches_as_Pythons_match_with_an_optional_prefix(string pattern, string module, bool matches) =>
        Assert.Equal(matches ? 2 : 8, Parse($$"""
            "rank_pattern":{"{{pattern.Replace("\\", "\\\\", StringComparison.Ordinal)}}":2}
            """).RankOf(module));

    [Fact]
    public void Among_plain_names_and_expressions_the_first_in_file_order_holds()
    {
        var config = Parse("""
            "r":8,"rank_pattern":{"q_.*":2,"^model\\.q_proj":3,"q_proj":4,"v_proj":5,"v_.*":6}
            """);
        Assert.Equal((2, 5, 6), (config.RankOf("model.q_proj"), config.RankOf("model.v_proj"), config.RankOf("v_other")));
    }

    /// <summary>A config of a megabyte, with an entry for each of twenty thousand modules, as files with many experts have.</summary>
    [Fact]
    public void A_rank_for_every_module_of_many_costs_no_more_than_looking_it_up()
    {
        var names = Enumerable.Range(0, 20_000).Select(i => $"layers.{i}.q_proj").ToList();
        var config = Parse($"\"rank_pattern\":{{{string.Join(',', names.Select((n, i) => $"\"^{n.Replace(".", "\\\\.", StringComparison.Ordinal)}\":{1 + i % 64}"))}}}");
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Assert.Equal(names.Select((_, i) => 1 + i % 64), names.Select(config.RankOf));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), watch.Elapsed.ToString());
    }

    /// <summary>They may be in the middle of a path, so each is held against every module: a config of a megabyte kept an inspection busy for a minute.</summary>
    [Theory]
    [InlineData("modules_to_save", "[", "", "]")]
    [InlineData("target_parameters", "[", "", "]")]
    [InlineData("feedforward_modules", "[", "", "]")]
    [InlineData("trainable_token_indices", "{", ":[1]", "}")]
    public void Names_without_end_are_refused(string key, string open, string value, string close)
    {
        AdapterConfig Of(int names) => AdapterConfig.Parse(
            Encoding.UTF8.GetBytes($$"""{"peft_type":"IA3","{{key}}":{{open}}{{string.Join(',', Enumerable.Range(0, names).Select(i => $"\"m{i}\"{value}"))}}{{close}}}"""), "config");
        _ = Of(1024);
        var refusal = Assert.Throws<AdapterException>(() => Of(1025));
        Assert.Contains($"key '{key}'", refusal.Place, StringComparison.Ordinal);
        Assert.Contains("more than 1024 names", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Targets_whose_rows_are_replaced_have_an_end_and_others_none()
    {
        static AdapterConfig Of(string type, int names) => AdapterConfig.Parse(
            Encoding.UTF8.GetBytes($$"""{"peft_type":"{{type}}","token_indices":[1],"target_modules":[{{string.Join(',', Enumerable.Range(0, names).Select(i => $"\"m{i}\""))}}]}"""), "config");
        Assert.Equal(1024, Of("TRAINABLE_TOKENS", 1024).TokenIndices.Count);
        var refusal = Assert.Throws<AdapterException>(() => Of("TRAINABLE_TOKENS", 1025));
        Assert.Contains("key 'target_modules'", refusal.Place, StringComparison.Ordinal);
        Assert.Contains("more than 1024 names", refusal.Message, StringComparison.Ordinal);
        _ = Of("LORA", 1025);
    }

    [Fact]
    public void Expressions_without_end_are_refused() =>
        Assert.Contains("rank_pattern", Assert.Throws<AdapterException>(() => Parse($"\"rank_pattern\":{{{string.Join(',', Enumerable.Range(0, 20_000).Select(i => $"\".*a{i}\":2"))}}}")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("\"lora_alpha\":1e308")]
    [InlineData("\"lora_alpha\":-1e10")]
    [InlineData("\"alpha_pattern\":{\"q\":1e308}")]
    public void An_alpha_beyond_all_that_was_trained_with_is_refused(string setting) =>
        Assert.Contains("1e+9", Assert.Throws<AdapterException>(() => Parse(setting)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_scale_is_alpha_over_r_and_for_rsLoRA_alpha_over_its_root()
    {
        Assert.Equal(16.0 / 64, Parse("\"r\":64,\"lora_alpha\":16").ScaleOf("m"));
        Assert.Equal(16.0 / 8, Parse("\"r\":64,\"lora_alpha\":16,\"use_rslora\":true").ScaleOf("m"));
    }

    [Theory]
    [InlineData("(a+)+$")]
    [InlineData("(a|a)*b")]
    [InlineData("(.*a){30}")]
    [InlineData("(((a{60}){60}){60})*")]
    public async Task A_pattern_that_blows_up_elsewhere_runs_at_once_or_is_refused(string pattern)
    {
        var work = Task.Run(() =>
        {
            try
            {
                Parse($"\"target_modules\":\"{pattern}\"").Targets.Includes(new string('a', 5000) + "!");
            }
            catch (AdapterException refusal)
            {
                Assert.Contains("target_modules", refusal.Place, StringComparison.Ordinal);
            }
        });
        var clock = Stopwatch.StartNew();
        await work.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void A_key_is_unknown_only_when_it_is_switched_on()
    {
        Assert.Equal(["future"], Parse("\"future\":{\"a\":1},\"off\":false,\"empty\":[],\"none\":null").UnknownKeys);
        Assert.Equal(["layer_replication", "use_qalora"], Parse("\"use_qalora\":true,\"layer_replication\":[[0,1]],\"alora_invocation_tokens\":null").Features);
    }

    [Fact]
    public void Settings_of_what_is_merged_have_a_value_of_their_own()
    {
        var config = Parse("\"lora_bias\":true,\"target_parameters\":[\"e.down_proj\"],\"trainable_token_indices\":{\"wte\":[5,1]},\"peft_version\":\"0.21.2\",\"ensure_weight_tying\":true,\"modules_to_save\":[\"norm\"]");
        Assert.Empty(config.Features);
        Assert.True(config is { LoraBias: true, EnsureWeightTying: true, PeftVersion: "0.21.2", TargetParameters: ["e.down_proj"], ModulesToSave: ["norm"] });
        Assert.Equal([5, 1], config.TokenIndices["wte"]);
        Assert.Equal([7], Parse("\"trainable_token_indices\":[7]").TokenIndices[""]);
    }

    [Fact]
    public void Rows_that_are_all_that_a_method_trains_hold_for_each_target_or_for_the_input_embedding()
    {
        static AdapterConfig Tokens(string keys) => AdapterConfig.Parse(Encoding.UTF8.GetBytes("{\"peft_type\":\"TRAINABLE_TOKENS\"," + keys + "}"), "adapter_config.json");
        var named = Tokens("\"token_indices\":[5,1],\"target_modules\":[\"wte\",\"head\"],\"init_weights\":true");
        Assert.Equal([5, 1], named.TokenIndices["wte"]);
        Assert.Equal(["head", "wte"], named.TokenIndices.Keys.Order(StringComparer.Ordinal));
        Assert.Equal([7], Tokens("\"token_indices\":[7]").TokenIndices[""]);
        Assert.Empty(named.UnknownKeys);
        Assert.Equal(["trainable_token_indices"], Tokens("\"trainable_token_indices\":[7]").UnknownKeys);
        Assert.Equal(["token_indices"], Parse("\"token_indices\":[7]").UnknownKeys);
        Assert.Contains("'token_indices'", Assert.Throws<AdapterException>(() => Tokens("\"token_indices\":[-1]")).Place, StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_order_mark_is_told_and_a_second_one_refused()
    {
        Assert.True(AdapterConfig.Parse(Encoding.UTF8.GetBytes("\uFEFF{\"peft_type\":\"LORA\"}"), "c").HasByteOrderMark);
        Assert.False(Parse("").HasByteOrderMark);
        Assert.Throws<JsonFormatException>(() => AdapterConfig.Parse(Encoding.UTF8.GetBytes("\uFEFF\uFEFF{\"peft_type\":\"LORA\"}"), "c"));
    }

    [Theory]
    [InlineData("[-1]")]
    [InlineData("[1.5]")]
    [InlineData("{\"wte\":3}")]
    [InlineData("\"all\"")]
    public void Token_indices_that_are_no_row_numbers_are_refused(string indices) =>
        Assert.Contains("trainable_token_indices", Assert.Throws<AdapterException>(() => Parse($"\"trainable_token_indices\":{indices}")).Place, StringComparison.Ordinal);

    [Theory]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("""{"peft_type":7}""")]
    public void What_is_no_adapter_config_is_refused(string json) => Assert.Throws<AdapterException>(() => AdapterConfig.Parse(Encoding.UTF8.GetBytes(json), "c"));

    [Fact]
    public void A_key_given_twice_is_refused() => Assert.Throws<JsonFormatException>(() => Parse("\"r\":4,\"r\":8"));

    [Theory]
    [InlineData("""["q_proj"]""", "", "model.layers.3.q_proj", true)]
    [InlineData("""["q_proj"]""", "", "model.layers.3.k_proj", false)]
    [InlineData("""["q_proj"]""", "\"layers_to_transform\":[3]", "model.layers.3.attn.q_proj", true)]
    [InlineData("""["q_proj"]""", "\"layers_to_transform\":3", "model.layers.2.attn.q_proj", false)]
    [InlineData("""["q_proj"]""", "\"layers_to_transform\":[3],\"layers_pattern\":\"layers\"", "model.blocks.3.attn.q_proj", false)]
    [InlineData("""["q_proj"]""", "\"exclude_modules\":[\"layers.3.attn.q_proj\"]", "model.layers.3.attn.q_proj", false)]
    [InlineData("""["q_proj"]""", "\"exclude_modules\":\".*3.*\"", "model.layers.3.attn.q_proj", false)]
    [InlineData("\".*q_proj\"", "", "model.q_proj", true)]
    [InlineData("\".*q_proj\"", "", "model.q_proj.x", false)]
    [InlineData("\"model\"", "", "model.q_proj", false)]
    public void Targets_are_the_ones_of_PEFT(string targets, string more, string module, bool included) =>
        Assert.Equal(included, Parse($"\"target_modules\":{targets}{(more.Length > 0 ? "," : "")}{more}").Targets.Includes(module));

    private static AdapterConfig Parse(string keys) =>
        AdapterConfig.Parse(Encoding.UTF8.GetBytes("{\"peft_type\":\"LORA\"" + (keys.Length > 0 ? "," : "") + keys + "}"), "adapter_config.json");
}
