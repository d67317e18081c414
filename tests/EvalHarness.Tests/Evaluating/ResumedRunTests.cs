using System.Security.Cryptography;
using Loragate.Artifacts;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.EvalHarness.Journals;
using Loragate.EvalHarness.Tasks;
using Loragate.MergeEngine;
using Loragate.Testing;

namespace Loragate.EvalHarness.Evaluating;

/// <summary>A run that is broken off goes on where it was, and ends in the same bytes.</summary>
public sealed class ResumedRunTests : IDisposable
{
    private const int Items = 40;

    private static readonly string Samples = Repository.PathTo("samples");

    private readonly TempFolder _temp = new();
    private readonly Evaluator _evaluator;

    public ResumedRunTests()
    {
        var folder = Path.Combine(Samples, "base");
        _evaluator = Evaluator.Open(new EvaluatorOptions { Model = folder, Weights = WeightsDigest.ComputeTensors(folder, 1), Threads = 2, TokensPerPass = 100, Version = "test" });
    }

    private string Journal => _temp.PathTo("answers.jsonl");

    public void Dispose()
    {
        _evaluator.Dispose();
        _temp.Dispose();
    }

    [Theory]
    [InlineData("sample_routing")]
    [InlineData("sample_facts")]
    [InlineData("sample_generate")]
    public void A_run_that_was_broken_off_ends_in_the_bytes_of_one_that_was_not(string task)
    {
        var question = Question(task);
        var whole = _evaluator.Evaluate(question, null, Cancellation);
        BreakOff(question);
        var kept = File.ReadAllLines(Journal);
        Assert.NotEmpty(kept);
        File.AppendAllText(Journal, "{\"key\":\"cut o");
        Assert.Equal(whole.ComputeDigest(), Resume(question).ComputeDigest());
        Assert.True(File.ReadAllLines(Journal).Length > kept.Length);
    }

    [Fact]
    public void What_was_kept_is_taken_and_not_computed_again()
    {
        var question = Question("sample_routing");
        BreakOff(question);
        var lines = File.ReadAllLines(Journal);
        lines[0] = System.Text.RegularExpressions.Regex.Replace(lines[0], "\"logLikelihood\":[-0-9.]+", "\"logLikelihood\":-77");
        File.WriteAllLines(Journal, lines);
        Assert.Contains(Resume(question).Items, item => item.LogLikelihoods.Contains(-77));
    }

    [Fact]
    public void Another_question_finds_nothing_in_the_journal()
    {
        BreakOff(Question("sample_routing"));
        var other = EvaluationQuestion.Read(EvaluationTask.Load(Path.Combine(Samples, "tasks", "sample_routing.yaml")), new EvaluationScope(Samples, Items - 1));
        Assert.Equal(_evaluator.Evaluate(other, null, Cancellation).ComputeDigest(), Resume(other).ComputeDigest());
    }

    [Fact]
    public void In_a_sealed_journal_a_planted_answer_is_computed_again()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var seal = new JournalSeal(bytes => key.SignData(bytes, HashAlgorithmName.SHA256), (bytes, signature) => key.VerifyData(bytes, signature, HashAlgorithmName.SHA256));
        var question = Question("sample_routing");
        BreakOff(question, seal);
        var lines = File.ReadAllLines(Journal);
        lines[0] = System.Text.RegularExpressions.Regex.Replace(lines[0], "\"logLikelihood\":[-0-9.]+", "\"logLikelihood\":-77");
        File.WriteAllLines(Journal, lines);
        Assert.Equal(_evaluator.Evaluate(question, null, Cancellation).ComputeDigest(), Resume(question, seal).ComputeDigest());
    }

    [Theory]
    [InlineData("x")]
    [InlineData("{}")]
    [InlineData("{\"key\":\"k\",\"value\":1,\"signature\":\"AAAA\"}")]
    public void A_line_of_somebody_else_costs_no_other_line(string line)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var signed = 0;
        byte[] Sign(byte[] bytes) => Interlocked.Increment(ref signed) > 0 ? key.SignData(bytes, HashAlgorithmName.SHA256) : [];
        var seal = new JournalSeal(Sign, (bytes, signature) => key.VerifyData(bytes, signature, HashAlgorithmName.SHA256));
        var question = Question("sample_routing");
        BreakOff(question, seal);
        var kept = File.ReadAllLines(Journal);
        signed = 0;
        _ = Resume(question, seal);
        var missing = signed;
        File.WriteAllLines(Journal, [line, .. kept]);
        signed = 0;
        _ = Resume(question, seal);
        Assert.Equal(missing, signed);
        Assert.True(missing > 0 && kept.Length > 0);
    }

    [Fact]
    public void A_key_that_fails_amid_the_run_is_told_as_it_fails_and_the_run_goes_on_later()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var signed = 0;
        byte[] Sign(byte[] bytes) => Interlocked.Increment(ref signed) <= 3 ? key.SignData(bytes, HashAlgorithmName.SHA256) : throw new CryptographicException("The token is gone.");
        bool Verify(byte[] bytes, byte[] signature) => key.VerifyData(bytes, signature, HashAlgorithmName.SHA256);
        var question = Question("sample_routing");
        Assert.Equal("The token is gone.", Assert.Throws<CryptographicException>(() => Resume(question, new JournalSeal(Sign, Verify))).Message);
        Assert.InRange(File.ReadAllLines(Journal).Length, 1, 3);
        signed = int.MinValue;
        Assert.Equal(_evaluator.Evaluate(question, null, Cancellation).ComputeDigest(), Resume(question, new JournalSeal(Sign, Verify)).ComputeDigest());
    }

    [Theory]
    [InlineData("{\"key\":\"KEY\",\"value\":null}")]
    [InlineData("{\"key\":\"KEY\",\"value\":[null]}")]
    [InlineData("{\"key\":\"KEY\",\"value\":\"text\"}")]
    [InlineData("{\"key\":\"KEY\",\"value\":[{\"logLikelihood\":-1}]}")]
    [InlineData("{\"key\":\"KEY\"}")]
    [InlineData("[]")]
    public void A_line_that_is_no_answer_is_none(string line)
    {
        var question = Question("sample_routing");
        BreakOff(question);
        var first = File.ReadAllLines(Journal)[0];
        File.WriteAllText(Journal, line.Replace("KEY", first.Split('"')[3], StringComparison.Ordinal) + "\n");
        Assert.Equal(_evaluator.Evaluate(question, null, Cancellation).ComputeDigest(), Resume(question).ComputeDigest());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_journal_that_is_a_link_is_refused_and_what_it_points_to_stays(bool exists)
    {
        var elsewhere = _temp.PathTo("elsewhere");
        if (exists)
            File.WriteAllText(elsewhere, "mine");
        File.CreateSymbolicLink(Journal, elsewhere);
        Assert.Contains("symbolic link", Assert.ThrowsAny<MalformedInputException>(() => Resume(Question("sample_facts"))).Message, StringComparison.Ordinal);
        Assert.Equal(exists ? "mine" : null, File.Exists(elsewhere) ? File.ReadAllText(elsewhere) : null);
    }

    [Fact]
    public void A_text_whose_prompt_was_cut_is_counted_and_a_kept_one_that_does_not_say_is_generated_again()
    {
        _temp.Write("data/generate.jsonl", System.Text.Encoding.UTF8.GetBytes($"{{\"question\":\"short\",\"answer\":\"a\"}}\n{{\"question\":\"{string.Join(' ', Enumerable.Repeat("very", 400))} long\",\"answer\":\"b\"}}\n"));
        var question = EvaluationQuestion.Read(EvaluationTask.Load(Path.Combine(Samples, "tasks", "sample_generate.yaml")), new EvaluationScope(_temp.Path, null));
        var whole = Resume(question);
        Assert.Equal([1], whole.Truncated);
        var kept = File.ReadAllText(Journal);
        Assert.Equal(whole.ComputeDigest(), Resume(question).ComputeDigest());
        Assert.Equal(kept, File.ReadAllText(Journal));
        File.WriteAllText(Journal, System.Text.RegularExpressions.Regex.Replace(kept, ",\"isTruncated\":(true|false)", ""));
        Assert.Equal(whole.ComputeDigest(), Resume(question).ComputeDigest());
        Assert.Equal(4, File.ReadAllLines(Journal).Length);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static EvaluationQuestion Question(string task) =>
        EvaluationQuestion.Read(EvaluationTask.Load(Path.Combine(Samples, "tasks", task + ".yaml")), new EvaluationScope(Samples, Items));

    private EvaluationReport Resume(EvaluationQuestion question, JournalSeal? seal = null) => _evaluator.Evaluate(question, new JournalFile(Journal, seal), null, Cancellation);

    /// <summary>Stops when a quarter of the rows are scored.</summary>
    private void BreakOff(EvaluationQuestion question, JournalSeal? seal = null)
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Assert.ThrowsAny<OperationCanceledException>(() => _evaluator.Evaluate(question, new JournalFile(Journal, seal), new StopAt(Items / 4, source), source.Token));
    }

    private sealed class StopAt(int done, CancellationTokenSource source) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value)
        {
            if (value.Done >= done)
                source.Cancel();
        }
    }
}
