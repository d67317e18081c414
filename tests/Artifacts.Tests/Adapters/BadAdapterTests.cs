using System.Text.Json;
using System.Text.RegularExpressions;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Json;
using Loragate.Testing;

namespace Loragate.Artifacts.Adapters;

public sealed class BadAdapterTests
{
    public static TheoryData<string> Cases => [.. SharedFolder.Folders("vectors", "adapters_bad")];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    [Trait(SharedFolder.Category, SharedFolder.Name)]
    public void A_config_is_refused_for_its_JSON_or_its_types_and_for_nothing_else(string name)
    {
        var path = SharedFolder.PathTo("vectors", "adapters_bad", name, AdapterConfig.FileName);
        if (!File.Exists(path))
        {
            Assert.Contains(AdapterConfig.FileName, Assert.Throws<AdapterException>(() => PeftAdapter.Open(Path.GetDirectoryName(path)!)).Fault, StringComparison.Ordinal);
            return;
        }
        var bytes = File.ReadAllBytes(path);
        if (!IsPlainJson(bytes))
        {
            Assert.Contains(path, Assert.Throws<JsonFormatException>(() => AdapterConfig.Parse(bytes, path)).Place, StringComparison.Ordinal);
            return;
        }
        var isMarked = bytes.AsSpan().StartsWith("\uFEFF"u8);
        using var document = JsonDocument.Parse(bytes.AsMemory(isMarked ? 3 : 0));
        if (FaultyKey(document.RootElement) is { } key)
            Assert.EndsWith(key.Length == 0 ? path : $"key '{key}'", Assert.Throws<AdapterException>(() => AdapterConfig.Parse(bytes, path)).Place, StringComparison.Ordinal);
        else
            Assert.Equal((document.RootElement.GetProperty("peft_type").GetString(), isMarked), (AdapterConfig.Parse(bytes, path).PeftType, AdapterConfig.Parse(bytes, path).HasByteOrderMark));
    }

    [Theory]
    [InlineData("adapter_config.json")]
    [InlineData("adapter_model.safetensors")]
    public void A_link_in_the_place_of_a_file_is_refused_even_when_it_dangles(string file)
    {
        using var temp = new TempFolder();
        foreach (var target in new[] { temp.Write("outside", "{}"u8), temp.PathTo("nowhere") })
        {
            var folder = Directory.CreateDirectory(temp.PathTo(Guid.NewGuid().ToString("N"))).FullName;
            File.WriteAllBytes(Path.Combine(folder, "adapter_config.json"), """{"peft_type":"LORA"}"""u8);
            File.Delete(Path.Combine(folder, file));
            File.CreateSymbolicLink(Path.Combine(folder, file), target);
            Assert.Contains("link", Assert.Throws<FolderException>(() => PeftAdapter.Open(folder)).Fault, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_pickle_in_the_place_of_the_weights_is_named_and_never_loaded()
    {
        using var temp = new TempFolder();
        temp.Write("adapter_config.json", """{"peft_type":"LORA"}"""u8);
        temp.Write("adapter_model.bin", [0x80, 2]);
        Assert.Contains("pickle", Assert.Throws<AdapterException>(() => PeftAdapter.Open(temp.Path)).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_config_above_the_limit_is_refused_unread()
    {
        using var temp = new TempFolder();
        temp.Write("adapter_config.json", new byte[(1 << 20) + 1]);
        Assert.Contains("larger", Assert.Throws<AdapterException>(() => PeftAdapter.Open(temp.Path)).Fault, StringComparison.Ordinal);
    }

    private static bool IsPlainJson(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes.AsMemory(bytes.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0), new JsonDocumentOptions { AllowDuplicateProperties = false });
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The key whose type is wrong, "" for the document itself, null where all types are right: a second opinion on the typed keys that the cases use.</summary>
    private static string? FaultyKey(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
            return "";
        if (!root.TryGetProperty("peft_type", out var type) || type.ValueKind != JsonValueKind.String)
            return "peft_type";
        if (type.GetString() != "LORA")
            return null;
        if (root.TryGetProperty("r", out var rank) && !(rank.ValueKind == JsonValueKind.Number && rank.TryGetInt32(out var r) && r is > 0 and <= 65_536))
            return "r";
        if (root.TryGetProperty("lora_alpha", out var alpha) && alpha.ValueKind != JsonValueKind.Number)
            return "lora_alpha";
        return root.TryGetProperty("target_modules", out var targets) && targets.ValueKind == JsonValueKind.String && !IsLinear(targets.GetString()!) ? "target_modules" : null;
    }

    private static bool IsLinear(string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.NonBacktracking);
            return true;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }
}
