using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Safetensors;
using Loragate.EvalHarness.Models;
using Loragate.EvalHarness.Models.Configs;
using Loragate.EvalHarness.Models.Families;
using Loragate.EvalHarness.Scoring;
using Loragate.Testing;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Tests.Models;

[Collection(nameof(Torch))]
[Trait(SharedFolder.Category, SharedFolder.Name)]
public sealed class ReferenceModelTests
{
    /// <summary>
    /// The reference is float32 too; sums over at most 144 terms of magnitude 1 in another order move a logit by 1e-5, layers and head add up.
    /// </summary>
    private const float Tolerance = 1e-4f;

    /// <summary>The one family of the vectors that is refused: every other one has to be right.</summary>
    private const string Refused = "olmo";

    public static TheoryData<string> Supported => [.. SharedFolder.Folders("vectors", "models").Where(family => family != Refused)];

    public static TheoryData<string> Padded => [.. SharedFolder.Folders("vectors", "models").Where(family => family is not ("phi3_longrope" or Refused) && new Expected(Folder(family)).LogitsPadded is not null)];

    public static TheoryData<string> Unsupported => [.. SharedFolder.Folders("vectors", "models").Where(family => family == Refused)];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Supported))]
    public void Logits_are_those_of_the_reference(string family)
    {
        using var model = Load.Model(Folder(family));
        var expected = new Expected(Folder(family));
        var vocabulary = model.VocabularySize;
        for (var row = 0; row < expected.Rows; row++)
        {
            var padding = Enumerable.Range(0, expected.Length).Count(t => expected.Mask[(row * expected.Length) + t] == 0);
            var ids = expected.Ids.Skip((row * expected.Length) + padding).Take(expected.Length - padding).Select(i => (int)i).ToArray();
            var logits = model.Logits(ids);
            for (var t = 0; t < ids.Length; t++)
            {
                for (var v = 0; v < vocabulary; v++)
                    Assert.InRange(logits[t][v] - expected.Logits[(((row * expected.Length) + padding + t) * vocabulary) + v], -Tolerance, Tolerance);
            }
        }
    }

    /// <summary>The padded batch at once, where its positions mean the same: with LongRoPE the batch's length picks the factors.</summary>
    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Padded))]
    public void Logits_of_a_row_alone_are_those_of_the_reference_in_a_padded_batch(string family)
    {
        using var model = Load.Model(Folder(family));
        var expected = new Expected(Folder(family));
        for (var row = 0; row < expected.Rows; row++)
        {
            var ids = expected.Row(row);
            var logits = model.Logits(ids);
            for (var t = 0; t < ids.Length; t++)
            {
                for (var v = 0; v < model.VocabularySize; v++)
                    Assert.InRange(logits[t][v] - expected.LogitsPadded![(((row * expected.Length) + expected.Length - ids.Length + t) * model.VocabularySize) + v], -Tolerance, Tolerance);
            }
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Supported))]
    public void Greedy_decoding_is_that_of_the_reference_up_to_the_first_tie(string family)
    {
        using var model = Load.Model(Folder(family));
        var expected = new Expected(Folder(family));
        var padding = Enumerable.Range(0, expected.Length).Count(t => expected.Mask[t] == 0);
        var context = expected.Greedy.Take(expected.Length).Skip(padding).Select(i => (int)i).ToArray();
        var wanted = expected.Greedy.Skip(expected.Length).Select(i => (int)i).ToArray();
        var sure = expected.Margin.TakeWhile(m => m > 2 * Tolerance).Count();
        var generated = new GreedyDecoder(model).Generate(context, wanted.Length, _ => false, TestContext.Current.CancellationToken).Tokens;
        Assert.Equal(wanted.Length, generated.Count);
        Assert.True(sure > 0);
        Assert.Equal(wanted.Take(sure), generated.Take(sure));
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Supported))]
    public void Packed_scores_are_those_of_the_reference(string family)
    {
        using var model = Load.Model(Folder(family));
        var expected = new Expected(Folder(family));
        var groups = new List<IReadOnlyList<ScoringRequest>>();
        var wanted = new List<double>();
        for (var row = 0; row < expected.Rows; row++)
        {
            var padding = Enumerable.Range(0, expected.Length).Count(t => expected.Mask[(row * expected.Length) + t] == 0);
            var ids = expected.Ids.Skip((row * expected.Length) + padding).Take(expected.Length - padding).Select(i => (int)i).ToArray();
            var cut = ids.Length / 2;
            // The scorer does not run the last token; a sequence that is long only with it has other positions in the reference.
            if (model.IsLong(ids.Length) != model.IsLong(ids.Length - 1))
                continue;
            groups.Add([new(ids[..cut], ids[cut..]), new(ids[..1], ids[1..])]);
            wanted.Add(expected.LogLikelihood(row, padding + cut, model.VocabularySize));
            wanted.Add(expected.LogLikelihood(row, padding + 1, model.VocabularySize));
        }
        var scores = new Scorer(model, threads: 1).Score(groups, 64, null, TestContext.Current.CancellationToken).SelectMany(g => g).ToList();
        // A sum of up to 40 log-probabilities, each within the tolerance of a logit.
        for (var i = 0; i < wanted.Count; i++)
            Assert.InRange(scores[i].LogLikelihood - wanted[i], -1e-3, 1e-3);
    }

    /// <summary>Contexts and branches reach across every window of the reference models (16) and across LongRoPE's change of positions (32).</summary>
    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Supported))]
    public void Branches_of_a_packed_tree_score_as_requests_run_alone(string family)
    {
        using var model = Load.Model(Folder(family));
        var random = new Random(5);
        int[] Tokens(int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(3, 300))];
        var groups = new[] { 3, 12, 24, 28 }.Select(length =>
        {
            var context = Tokens(length);
            return (IReadOnlyList<ScoringRequest>)[.. new[] { 1, 5, 9, 20 }.Select(n => new ScoringRequest(context, Tokens(n))), new(context, [.. context])];
        }).ToList();
        var packed = new Scorer(model, threads: 1).Score(groups, 4096, null, TestContext.Current.CancellationToken).SelectMany(g => g);
        var alone = groups.SelectMany(g => g).Select(r => Alone(model, r));
        // A sum of up to 28 log-probabilities, each within the tolerance of a logit.
        Assert.All(packed.Zip(alone), pair => Assert.InRange(pair.First.LogLikelihood - pair.Second, -1e-3, 1e-3));
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Supported))]
    public void Branches_behind_a_kept_beginning_score_as_requests_run_alone(string family)
    {
        using var model = Load.Model(Folder(family));
        var random = new Random(6);
        int[] Tokens(int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(3, 300))];
        var beginning = Tokens(33);
        var groups = new[] { 0, 1, 4, 9 }.Select(length =>
        {
            int[] context = [.. beginning, .. Tokens(length)];
            return (IReadOnlyList<ScoringRequest>)[.. new[] { 1, 5, 9, 14 }.Select(n => new ScoringRequest(context, Tokens(n))), new(context, [.. context.TakeLast(6)])];
        }).ToList();
        var packed = new Scorer(model, threads: 1).Score(groups, 64, null, TestContext.Current.CancellationToken).SelectMany(g => g);
        var alone = groups.SelectMany(g => g).Select(r => Alone(model, r));
        Assert.All(packed.Zip(alone), pair => Assert.InRange(pair.First.LogLikelihood - pair.Second, -1e-3, 1e-3));
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Supported))]
    public void A_config_key_that_nobody_knows_is_refused_by_name(string family)
    {
        using var checkpoint = Checkpoint.Open(Folder(family));
        var config = JsonNode.Parse(checkpoint.Config.GetRawText())!.AsObject();
        config["attention_twist"] = 0.5;
        using var bent = JsonDocument.Parse(config.ToJsonString());
        var known = ModelFamily.All.Single(f => f.Name == checkpoint.ModelType);
        var refusal = Assert.Throws<ModelException>(() => known.Understand(new ConfigReader(bent.RootElement, "config.json")));
        Assert.Equal("config.json, attention_twist", refusal.Place);
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Supported))]
    public void Stored_precision_stays_near_float32(string family)
    {
        using var stored = Load.Model(Folder(family), Precision.Stored);
        var expected = new Expected(Folder(family));
        var ids = expected.Ids.Skip((expected.Rows - 1) * expected.Length).Take(expected.Length).Select(i => (int)i).ToArray();
        using var wide = Load.Model(Folder(family));
        var (a, b) = (stored.Logits(ids), wide.Logits(ids));
        // Two layers in a type of 8 significant bits: a few times 2⁻⁸ of logits of magnitude 1 to 10.
        for (var t = 0; t < ids.Length; t++)
            Assert.InRange(a[t].Zip(b[t], (x, y) => Math.Abs(x - y)).Max(), 0, 0.3);
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Unsupported))]
    public void Another_family_is_refused_by_name(string family)
    {
        using var checkpoint = Checkpoint.Open(Folder(family));
        var refusal = Assert.Throws<ModelException>(() => LanguageModel.Load(checkpoint, Precision.Float32, CPU, TestContext.Current.CancellationToken));
        Assert.Contains($"'{checkpoint.ModelType}'", refusal.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_GPT_2_stored_without_its_prefix_is_the_same_model()
    {
        Assert.SkipUnless(SharedFolder.IsPresent, SharedFolder.Absent);
        using var temp = new TempFolder();
        File.Copy(Path.Combine(Folder("gpt2"), "config.json"), temp.PathTo("config.json"));
        using (var stored = SafetensorsFile.Open(Path.Combine(Folder("gpt2"), "model.safetensors")))
        {
            string Short(string name) => name["transformer.".Length..];
            var plans = stored.Header.Tensors.Select(t => new TensorPlan(Short(t.Name), t.DType, t.Shape)).Append(new TensorPlan("h.0.attn.bias", DType.F32, [1, 1, 2, 2])).ToList();
            using var writer = SafetensorsWriter.Create(temp.PathTo("model.safetensors"), plans, new Dictionary<string, string>());
            foreach (var tensor in stored.Header.Tensors)
                writer.Write(Short(tensor.Name), 0, stored.ReadAll(tensor));
            writer.Write("h.0.attn.bias", 0, new byte[16]);
        }
        using var whole = Load.Model(Folder("gpt2"));
        using var bare = Load.Model(temp.Path);
        Assert.Equal(whole.Logits(3, 1, 4, 1, 5), bare.Logits(3, 1, 4, 1, 5));
    }

    private static double Alone(LanguageModel model, ScoringRequest request)
    {
        int[] inputs = [.. request.Context, .. request.Continuation.SkipLast(1)];
        using var logits = model.Logits(inputs, TestContext.Current.CancellationToken);
        using var logProbabilities = logits.log_softmax(-1);
        return request.Continuation.Select((token, i) => (double)logProbabilities[request.Context.Count - 1 + i, token].item<float>()).Sum();
    }

    private static string Folder(string family) => SharedFolder.PathTo("vectors", "models", family);

    private sealed class Expected
    {
        public Expected(string folder)
        {
            using var file = SafetensorsFile.Open(Path.Combine(folder, "expected.safetensors"));
            (Rows, Length) = ((int)file.Find("input_ids")!.Shape[0], (int)file.Find("input_ids")!.Shape[1]);
            Ids = Read<long>(file, "input_ids");
            Mask = Read<long>(file, "attention_mask");
            Logits = Read<float>(file, "logits");
            LogitsPadded = file.Find("logits_padded") is null ? null : Read<float>(file, "logits_padded");
            Greedy = Read<long>(file, "greedy");
            Margin = Read<float>(file, "greedy_margin");
        }

        public int Rows { get; }

        public int Length { get; }

        public long[] Ids { get; }

        public long[] Mask { get; }

        public float[] Logits { get; }

        public float[]? LogitsPadded { get; }

        public long[] Greedy { get; }

        public float[] Margin { get; }

        /// <summary>The tokens of a row without its padding.</summary>
        public int[] Row(int row) => [.. Enumerable.Range(row * Length, Length).Where(at => Mask[at] != 0).Select(at => (int)Ids[at])];

        /// <summary>Σ log-softmax of the reference's logits, in double, over the row's tokens from <paramref name="first"/> on.</summary>
        public double LogLikelihood(int row, int first, int vocabulary)
        {
            var sum = 0.0;
            for (var t = first; t < Length; t++)
            {
                var logits = Logits.AsSpan(((row * Length) + t - 1) * vocabulary, vocabulary);
                var total = 0.0;
                foreach (var logit in logits)
                    total += Math.Exp(logit);
                sum += logits[(int)Ids[(row * Length) + t]] - Math.Log(total);
            }
            return sum;
        }

        private static T[] Read<T>(SafetensorsFile file, string name) where T : unmanaged =>
            System.Runtime.InteropServices.MemoryMarshal.Cast<byte, T>(file.ReadAll(file.Find(name)!)).ToArray();
    }
}
