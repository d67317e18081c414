using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Testing;

namespace Loragate.Artifacts.Records;

public sealed class RecordTests
{
    public static TheoryData<int> Samples => [.. Enumerable.Range(0, SampleRecords.All.Count)];

    [Fact]
    public void Every_record_has_a_sample() =>
        Assert.Equal(
            typeof(Record).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Record))).Select(t => t.Name).Order(StringComparer.Ordinal),
            SampleRecords.All.Select(r => r.GetType().Name).Distinct().Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_record_reads_back_as_itself(int sample)
    {
        var record = SampleRecords.All[sample];
        var bytes = record.ToCanonicalJson();
        var read = Parse(record, bytes)!;
        Assert.Equal(bytes, read.ToCanonicalJson());
        Assert.Equal(Digest.Of(bytes), read.ComputeDigest());
        Assert.Equivalent(record, read, strict: true);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void An_unknown_field_is_refused_wherever_it_stands(int sample) =>
        EveryObject(sample, node => node["zzz"] = 1);

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_record_that_lacks_a_field_is_refused_or_lacked_it_before(int sample)
    {
        var record = SampleRecords.All[sample];
        var root = JsonNode.Parse(record.ToCanonicalJson())!.AsObject();
        foreach (var name in root.Select(p => p.Key).ToList())
        {
            var less = JsonNode.Parse(record.ToCanonicalJson())!.AsObject();
            less.Remove(name);
            try
            {
                // What may be absent (a null) reads as a record of its own; its name differs, so it is never taken for the first.
                Assert.NotEqual(record.ComputeDigest(), Parse(record, Bytes(less))!.ComputeDigest());
                Assert.Contains(name, OptionalFields(record.GetType()));
            }
            catch (RecordException)
            {
                Assert.DoesNotContain(name, OptionalFields(record.GetType()));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Another_form_of_the_same_JSON_is_refused(int sample)
    {
        var record = SampleRecords.All[sample];
        var text = Encoding.UTF8.GetString(record.ToCanonicalJson());
        string[] forms = [text + "\n", " " + text, text.Replace("\":", "\": ", StringComparison.Ordinal), text.Replace("schema", "\\u0073chema", StringComparison.Ordinal), "\uFEFF" + text];
        Assert.All(forms, form => Refused(record, Encoding.UTF8.GetBytes(form)));
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Another_schema_or_version_is_refused(int sample)
    {
        var record = SampleRecords.All[sample];
        foreach (var schema in new[] { "loragate.other/1", record.Schema.Replace("/1", "/2", StringComparison.Ordinal), "" })
        {
            var root = JsonNode.Parse(record.ToCanonicalJson())!.AsObject();
            root["schema"] = schema;
            Refused(record, Bytes(root));
        }
        var without = JsonNode.Parse(record.ToCanonicalJson())!.AsObject();
        without.Remove("schema");
        Refused(record, Bytes(without));
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_key_given_twice_is_refused(int sample)
    {
        var record = SampleRecords.All[sample];
        var text = Encoding.UTF8.GetString(record.ToCanonicalJson());
        Refused(record, Encoding.UTF8.GetBytes(text[..^1] + $",\"schema\":\"{record.Schema}\"}}"));
    }

    [Fact]
    public void Enums_are_words_and_numbers_or_other_words_are_refused()
    {
        var record = SampleRecords.All.OfType<Decision>().First();
        var text = Encoding.UTF8.GetString(record.ToCanonicalJson());
        Assert.Contains("\"verdict\":\"approved\"", text, StringComparison.Ordinal);
        foreach (var word in new[] { "0", "\"Approved\"", "\"approved \"", "\"maybe\"", "null" })
            Refused(record, Encoding.UTF8.GetBytes(text.Replace("\"verdict\":\"approved\"", "\"verdict\":" + word, StringComparison.Ordinal)));
    }

    [Fact]
    public void Null_in_the_place_of_a_required_value_is_refused()
    {
        var record = SampleRecords.All.OfType<Inspection>().First();
        var root = JsonNode.Parse(record.ToCanonicalJson())!.AsObject();
        root["findings"] = null;
        Refused(record, Bytes(root));
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_null_in_a_list_is_refused_wherever_it_stands(int sample)
    {
        var record = SampleRecords.All[sample];
        var count = Arrays(JsonNode.Parse(record.ToCanonicalJson())!).Count();
        for (var i = 0; i < count; i++)
        {
            var root = JsonNode.Parse(record.ToCanonicalJson())!;
            Arrays(root).ElementAt(i).Add(null);
            Refused(record, Bytes(root));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("{\"schema\":7}")]
    public void What_is_no_record_is_refused(string text) => Assert.All(SampleRecords.All, record => Refused(record, Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void A_file_is_named_when_it_is_refused()
    {
        using var temp = new TempFolder();
        var path = temp.Write("run.json", "{}"u8);
        Assert.Equal(path, Assert.Throws<RecordException>(() => Record.ReadFile<Run>(path)).Place);
    }

    [Fact]
    public void A_pipe_or_a_device_in_the_place_of_a_record_is_not_waited_for()
    {
        using var temp = new TempFolder();
        var pipe = temp.PathTo("pipe.json");
        Assert.Equal(0, Shell.Run("mkfifo", "/", pipe).ExitCode);
        File.CreateSymbolicLink(temp.PathTo("device.json"), "/dev/zero");
        Assert.All([pipe, temp.PathTo("device.json")], path => Assert.Equal(path, Assert.Throws<Folders.FolderException>(() => Record.ReadFile<Run>(path)).Place));
    }

    [Fact]
    public void Records_of_the_same_content_have_the_same_bytes_whatever_the_order_of_their_dictionaries()
    {
        var report = SampleRecords.All.OfType<Evaluating.EvaluationReport>().First();
        var forward = new Dictionary<string, double> { ["a"] = 1, ["b"] = 2 };
        var (one, two) = (WithScores(forward), WithScores(forward.Reverse().ToDictionary()));
        Assert.Equal(one.ComputeDigest(), two.ComputeDigest());

        Evaluating.EvaluationReport WithScores(Dictionary<string, double> scores) => report with { Items = [report.Items[0] with { Scores = scores }] };
    }

    private static void EveryObject(int sample, Action<JsonObject> change)
    {
        var record = SampleRecords.All[sample];
        var count = Objects(JsonNode.Parse(record.ToCanonicalJson())!).Count();
        for (var i = 0; i < count; i++)
        {
            var root = JsonNode.Parse(record.ToCanonicalJson())!;
            var target = Objects(root).ElementAt(i);
            if (new[] { "scores", "fields", "without", "trials" }.Any(named => target.GetPath().EndsWith(named, StringComparison.Ordinal)))
                continue;
            change(target);
            Refused(record, Bytes(root));
        }
    }

    private static IEnumerable<JsonObject> Objects(JsonNode node) => node switch
    {
        JsonObject o => new[] { o }.Concat(o.Where(p => p.Value is not null).SelectMany(p => Objects(p.Value!))),
        JsonArray a => a.Where(n => n is not null).SelectMany(n => Objects(n!)),
        _ => [],
    };

    private static IEnumerable<JsonArray> Arrays(JsonNode node) => node switch
    {
        JsonObject o => o.Where(p => p.Value is not null).SelectMany(p => Arrays(p.Value!)),
        JsonArray a => new[] { a }.Concat(a.Where(n => n is not null).SelectMany(n => Arrays(n!))),
        _ => [],
    };

    private static HashSet<string> OptionalFields(Type type)
    {
        var context = new NullabilityInfoContext();
        return [.. type.GetProperties().Where(p => Nullable.GetUnderlyingType(p.PropertyType) is not null || context.Create(p).ReadState == NullabilityState.Nullable)
            .Select(p => char.ToLowerInvariant(p.Name[0]) + p.Name[1..])];
    }

    private static byte[] Bytes(JsonNode root) => Json.CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(root.ToJsonString()), "test");

    private static void Refused(Record record, byte[] bytes) => Assert.Throws<RecordException>(() => Parse(record, bytes));

    private static Record? Parse(Record record, byte[] bytes)
    {
        var method = typeof(Record).GetMethod(nameof(Record.Parse))!.MakeGenericMethod(record.GetType());
        try
        {
            return (Record?)method.Invoke(null, [new ReadOnlyMemory<byte>(bytes), "test"]);
        }
        catch (TargetInvocationException e)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.InnerException!);
            throw;
        }
    }
}
