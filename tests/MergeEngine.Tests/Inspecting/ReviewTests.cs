using System.Text.Json.Nodes;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Safetensors;
using Loragate.Testing;

namespace Loragate.MergeEngine.Inspecting;

/// <summary>What a reviewer must know of a folder: licences, templates, pins, code, servers.</summary>
public sealed class ReviewTests
{
    private const string Apache = "Apache License\n   Version 2.0, January 2004\n";

    [Fact]
    public void Two_reasons_at_one_place_are_both_told_and_the_same_one_once()
    {
        var (magnitude, bias) = (new Finding("missing-factor", Severity.Block, "q_proj", "no magnitude vector", "Save it again."), new Finding("missing-factor", Severity.Block, "q_proj", "no bias of B", "Save it again."));
        Assert.Equal([magnitude, bias], FindingList.Of([magnitude, bias, magnitude]));
    }

    [Fact]
    public void Licences_of_adapter_base_and_data_sets_are_recorded_with_their_source()
    {
        using var temp = new TempFolder();
        var adapter = Adapter(temp, "---\nlicense: MIT\nbase_model: org/base\ndatasets:\n- org/one\n- \"org/two\" # part\n---\nText.");
        File.WriteAllText(temp.PathTo("base", "LICENSE"), Apache);
        var inspection = Inspect(temp, adapter, r => r with { DatasetLicences = new Dictionary<string, string> { ["org/one"] = "CC-BY-4.0", ["org/three"] = "cc0-1.0" } });
        Assert.Equal(
            [new Licence("adapter", "adapter", "mit", "README.md"), new Licence("base", "base", "apache-2.0", "LICENSE"), new Licence("dataset", "org/one", "cc-by-4.0", "option"), new Licence("dataset", "org/three", "cc0-1.0", "option"), new Licence("dataset", "org/two", null, "")],
            inspection.Licences);
        Assert.Contains(inspection.Findings, f => f is { Id: "dataset-licence-missing", Where: "org/two" });
        Assert.Contains(inspection.Findings, f => f is { Id: "dataset-unnamed", Where: "org/three" });
        Assert.DoesNotContain(inspection.Findings, f => f.Id.StartsWith("licence-", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("---\nlicense: cc-by-nc-4.0\n---", "", "licence-no-commercial")]
    [InlineData("---\nlicense: cc-by-nd-4.0\n---", "", "licence-no-derivatives")]
    [InlineData("---\nlicense: llama3.1\n---", "", "licence-conditions")]
    [InlineData("---\nlicense: other\nlicense_name: house-rules\n---", "", "licence-unknown")]
    [InlineData("---\ntags: [a]\n---", "", "licence-missing")]
    [InlineData("No front matter.", "", "licence-missing")]
    [InlineData("---\nlicense: mit\n---", "---\nlicense: cc-by-nc-sa-4.0\n---", "licence-incompatible")]
    [InlineData("---\nlicense: apache-2.0\n---", "---\nlicense: gemma\n---", "licence-incompatible")]
    [InlineData("---\nlicense: mit\n---", "", "base-licence-missing")]
    public void Terms_that_matter_are_findings(string card, string baseCard, string expected)
    {
        using var temp = new TempFolder();
        var adapter = Adapter(temp, card);
        File.WriteAllText(temp.PathTo("base", "README.md"), baseCard);
        Assert.Contains(Inspect(temp, adapter).Findings, f => f.Id == expected);
    }

    [Fact]
    public void A_card_and_a_licence_file_that_contradict_each_other_are_a_finding()
    {
        using var temp = new TempFolder();
        var adapter = Adapter(temp, "---\nlicense: mit\n---");
        File.WriteAllText(Path.Combine(adapter, "LICENSE.txt"), Apache);
        Assert.Contains(Inspect(temp, adapter).Findings, f => f.Id == "licence-contradiction");
    }

    [Fact]
    public void A_chat_template_is_a_finding_only_where_it_differs_from_the_bases()
    {
        using var temp = new TempFolder();
        var adapter = Adapter(temp, "");
        File.WriteAllText(Path.Combine(adapter, "tokenizer_config.json"), """{"chat_template":"{{ a }}"}""");
        Assert.Contains(Inspect(temp, adapter).Findings, f => f.Id == "chat-template");
        File.WriteAllText(temp.PathTo("base", "chat_template.jinja"), "{{ a }}");
        Assert.DoesNotContain(Inspect(temp, adapter).Findings, f => f.Id == "chat-template");
        File.WriteAllText(Path.Combine(adapter, "chat_template.jinja"), "{{ b }}");
        Assert.Contains(Inspect(temp, adapter).Findings, f => f is { Id: "chat-template", Where: "chat_template.jinja" });
        Assert.Contains(Inspector.Inspect(new InspectRequest { Adapter = adapter, Version = "test" }).Findings, f => f.Id == "chat-template");
    }

    [Fact]
    public void Tokenizer_files_and_tokens_of_another_base_are_findings()
    {
        using var temp = new TempFolder();
        var adapter = Adapter(temp, "");
        File.WriteAllText(Path.Combine(adapter, "tokenizer.json"), "{\"other\":1}");
        File.WriteAllText(Path.Combine(adapter, "added_tokens.json"), "{\"<a>\":5,\"<b>\":19}");
        File.WriteAllText(temp.PathTo("base", "config.json"), """{"model_type":"llama","vocab_size":19}""");
        var findings = Inspect(temp, adapter).Findings;
        Assert.Contains(findings, f => f.Id == "tokenizer-differs");
        Assert.Contains(findings, f => f.Id == "tokens-added" && f.Message.StartsWith("1 ", StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(adapter, "tokenizer.json"), "{}");
        Assert.DoesNotContain(Inspect(temp, adapter).Findings, f => f.Id == "tokenizer-differs");
    }

    [Fact]
    public void A_pinned_base_is_demanded_by_option_card_and_config()
    {
        using var temp = new TempFolder();
        var adapter = Adapter(temp, "");
        var digest = WeightsDigest.Compute(temp.PathTo("base"), 1);
        var other = new string('0', 64);
        Assert.Contains(Inspect(temp, adapter).Findings, f => f.Id == "base-unpinned");
        Assert.DoesNotContain(Inspect(temp, adapter, r => r with { BaseDigest = digest.Hex }).Findings, f => f.Id.StartsWith("base-digest", StringComparison.Ordinal) || f.Id == "base-unpinned");
        Assert.Contains(Inspect(temp, adapter, r => r with { BaseDigest = other }).Findings, f => f is { Id: "base-digest", Severity: Severity.Block });
        Assert.Contains(Inspect(temp, adapter, r => r with { BaseDigest = "abc" }).Findings, f => f.Id == "base-digest-form");
        Card(adapter, $"---\nbase_model_digest: {other}\n---");
        Assert.Contains(Inspect(temp, adapter).Findings, f => f is { Id: "base-digest", Where: "README.md" });
        Card(adapter, $"---\nbase_model_digest: {digest}\n---");
        Assert.DoesNotContain(Inspect(temp, adapter).Findings, f => f.Id == "base-digest");
        var pinned = TinyModel.WriteAdapter(temp.PathTo("pinned"), config: c => c["base_model_digest"] = other);
        var findings = Inspect(temp, pinned).Findings;
        Assert.Contains(findings, f => f is { Id: "base-digest", Where: AdapterConfig.FileName });
        Assert.DoesNotContain(findings, f => f.Id == "unknown-key");
    }

    [Fact]
    public void Another_models_config_and_another_base_in_the_card_are_findings()
    {
        using var temp = new TempFolder();
        var adapter = Adapter(temp, "---\nbase_model: org/else\n---");
        File.WriteAllText(Path.Combine(adapter, "config.json"), """{"model_type":"mistral"}""");
        var findings = Inspect(temp, adapter).Findings;
        Assert.Contains(findings, f => f is { Id: "base-config", Severity: Severity.Block });
        Assert.Contains(findings, f => f.Id == "base-contradiction");
    }

    [Theory]
    [InlineData("tokenizer_config.json", """{"auto_map":{"AutoTokenizer":"x--y.T"}}""", "remote-code")]
    [InlineData("generation_config.json", """{"custom_generate":"x"}""", "remote-code")]
    [InlineData("tokenizer_config.json", "{", "unreadable-file")]
    [InlineData("run.txt", "#!/bin/sh\nrm -r .", "executable")]
    [InlineData("notes.dat", "MZ....", "code")]
    [InlineData("model.url", "[InternetShortcut]", "link-file")]
    public void Code_and_links_in_the_folder_are_findings(string file, string content, string expected)
    {
        using var temp = new TempFolder();
        var adapter = Adapter(temp, "");
        File.WriteAllText(Path.Combine(adapter, file), content);
        Assert.Contains(Inspect(temp, adapter).Findings, f => f.Id == expected && f.Where.StartsWith(file, StringComparison.Ordinal));
    }

    [Fact]
    public void Plain_LoRA_is_served_everywhere_and_what_differs_is_told_by_server()
    {
        using var temp = new TempFolder();
        Assert.All(Inspect(temp, Adapter(temp, "")).Serving, s => Assert.Equal(ServingOutcome.Serves, s.Outcome));
        Assert.Equal("llama.cpp:Differs sglang:Differs tensorrt-llm:Serves vllm:Serves", Serving(temp, "rs", c => c["use_rslora"] = true));
        Assert.Equal("llama.cpp:Differs sglang:Differs tensorrt-llm:Differs vllm:Differs", Serving(temp, "alpha", c => c["alpha_pattern"] = new JsonObject { ["q_proj"] = 3 }));
        Assert.Equal("llama.cpp:Refuses sglang:Differs tensorrt-llm:Serves vllm:Refuses", Serving(temp, "dora", c => c["use_dora"] = true));
        Assert.Equal("llama.cpp:Refuses sglang:Refuses tensorrt-llm:Refuses vllm:Refuses", Serving(temp, "loha", c => c["peft_type"] = "LOHA"));
    }

    [Fact]
    public void A_pattern_that_matches_nothing_is_a_finding()
    {
        using var temp = new TempFolder();
        var adapter = TinyModel.WriteAdapter(temp.PathTo("unused"), config: c => c["rank_pattern"] = new JsonObject { ["k_proj"] = 2 });
        TinyModel.WriteBase(temp.PathTo("base"), DType.F32);
        Assert.Contains(Inspect(temp, adapter).Findings, f => f.Id == "unused-pattern");
    }

    [Fact]
    public void A_pattern_that_matches_a_fused_parameter_or_a_name_of_a_state_dict_is_used()
    {
        using var temp = new TempFolder();
        TinyModel.WriteBase(temp.PathTo("base"), DType.F32);
        var experts = TinyModel.WriteAdapter(temp.PathTo("experts"), rename: name => name.Replace(TinyModel.Query, "model.layers.0.mlp.experts", StringComparison.Ordinal), config: c =>
            (c["rank_pattern"], c["target_parameters"]) = (new JsonObject { ["mlp.experts.down_proj"] = 2 }, new JsonArray("mlp.experts.down_proj")));
        var named = TinyModel.WriteAdapter(temp.PathTo("named"), rename: name => name.Replace(".weight", ".default.weight", StringComparison.Ordinal), config: c => c["alpha_pattern"] = new JsonObject { ["q_proj"] = 3 });
        Assert.DoesNotContain(Inspect(temp, experts).Findings.Concat(Inspect(temp, named).Findings), f => f.Id == "unused-pattern");
    }

    [Fact]
    public void An_update_far_from_its_kind_is_an_outlier()
    {
        var modules = Enumerable.Range(0, 12).Select(i => new ModuleStatistics($"model.layers.{i}.q_proj", 4, 1, 1 + 0.05 * i, null)).ToList();
        Assert.Empty(OutlierScores.Check(OutlierScores.Add(modules)));
        modules[7] = modules[7] with { FrobeniusNorm = 90 };
        var finding = Assert.Single(OutlierScores.Check(OutlierScores.Add(modules)));
        Assert.Equal(("update-outlier", modules[7].Module), (finding.Id, finding.Where));
        Assert.All(OutlierScores.Add([.. modules.Take(5)]), m => Assert.Null(m.OutlierScore));
    }

    [Fact]
    public void A_dora_is_told_from_a_lora_of_the_same_type()
    {
        using var temp = new TempFolder();
        Assert.Null(Inspect(temp, Adapter(temp, "")).IsDora);
        Assert.True(Inspect(temp, TinyModel.WriteAdapter(temp.PathTo("dora"), config: c => c["use_dora"] = true)).IsDora);
        Assert.Null(Inspect(temp, TinyModel.WriteAdapter(temp.PathTo("loha"), config: c => (c["peft_type"], c["use_dora"]) = ("LOHA", true))).IsDora);
    }

    [Fact]
    public void An_rslora_is_told_from_a_lora_of_the_same_type()
    {
        using var temp = new TempFolder();
        Assert.Null(Inspect(temp, Adapter(temp, "")).IsRslora);
        Assert.True(Inspect(temp, TinyModel.WriteAdapter(temp.PathTo("rslora"), config: c => c["use_rslora"] = true)).IsRslora);
    }

    private static string Serving(TempFolder temp, string name, Action<JsonObject> config) =>
        string.Join(' ', Inspect(temp, TinyModel.WriteAdapter(temp.PathTo(name), config: config)).Serving.Select(s => $"{s.Server}:{s.Outcome}"));

    private static string Adapter(TempFolder temp, string card)
    {
        TinyModel.WriteBase(temp.PathTo("base"), DType.F32);
        File.Delete(temp.PathTo("base", "README.md"));
        var adapter = TinyModel.WriteAdapter(temp.PathTo("adapter"));
        Card(adapter, card);
        return adapter;
    }

    private static void Card(string folder, string text) => File.WriteAllText(Path.Combine(folder, "README.md"), text);

    private static Inspection Inspect(TempFolder temp, string adapter, Func<InspectRequest, InspectRequest>? change = null)
    {
        var request = new InspectRequest { Adapter = adapter, Base = temp.PathTo("base"), Version = "test" };
        var inspection = Inspector.Inspect(change is null ? request : change(request));
        Assert.Equal(inspection.ToCanonicalJson(), Artifacts.Records.Record.Parse<Inspection>(inspection.ToCanonicalJson(), "").ToCanonicalJson());
        return inspection;
    }
}
