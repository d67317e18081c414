using System.Text.Json.Nodes;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.EvalHarness.Evaluating;
using Loragate.EvalHarness.Tasks;
using Loragate.Testing;

namespace Loragate.EvalHarness.Remote;

/// <summary>The remote engine's answers by a server of our own over the sample's model, right and wrong.</summary>
public sealed class RemoteModelTests : IDisposable
{
    /// <summary>Nats: the server computes in float32 as we do, each request alone.</summary>
    private const double Tolerance = 1e-3;

    private readonly ServedSample _sample = new();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void A_server_gives_the_scores_that_are_computed_here_and_the_report_says_whose_they_are()
    {
        foreach (var evaluator in new[] { _sample.Evaluator, _sample.Attached })
        {
            var remote = _sample.Prove(evaluator);
            foreach (var task in new[] { "sample_routing", "sample_corpus" })
            {
                var question = ServedSample.Question(task, 12);
                var (here, there) = (evaluator.Evaluate(question, null, ServedSample.Cancellation), evaluator.Ask(remote, question, null, null, ServedSample.Cancellation));
                foreach (var (a, b) in here.Items.Zip(there.Items))
                {
                    Assert.All(a.LogLikelihoods.Zip(b.LogLikelihoods), pair => Assert.InRange(pair.First - pair.Second, -Tolerance, Tolerance));
                    Assert.Equal(a.Greedy, b.Greedy);
                }
                Assert.Equal(evaluator.Model, there.Model);
                Assert.Equal(RemoteRun.Unattested, there.Remote!.Evidence);
                Assert.Equal("vllm 0.11.0", there.Remote.Server);
                Assert.Equal(evaluator == _sample.Attached ? _sample.Name : VllmStandIn.BaseId, there.Remote.Model);
                Assert.Equal("remote", there.Engine.Device);
                Assert.True(evaluator.Answers(there, question, remote));
                Assert.False(evaluator.Answers(there, question));
                Assert.Null(here.Remote);
            }
        }
    }

    [Theory]
    [InlineData(ServerFault.NullEntry, "is null")]
    [InlineData(ServerFault.OtherToken, "no log-probability of the token")]
    [InlineData(ServerFault.OneTokenMore, "where 24 were sent")]
    [InlineData(ServerFault.OneTokenLess, "where 24 were sent")]
    [InlineData(ServerFault.NoPromptLogprobs, "no prompt_logprobs")]
    [InlineData(ServerFault.Clamped, "is no log-probability")]
    [InlineData(ServerFault.AboveOne, "is no log-probability")]
    [InlineData(ServerFault.OtherModel, "is of the model")]
    [InlineData(ServerFault.OtherParent, "was loaded on 'another'")]
    [InlineData(ServerFault.Refuses, "LoRA is not enabled")]
    public void An_answer_that_is_none_is_an_error_and_never_a_score(object fault, string words)
    {
        _sample.StandIn.Fault = (ServerFault)fault;
        Assert.Contains(words, Assert.Throws<RemoteException>(() => _sample.Prove(_sample.Attached)).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void What_fails_after_the_probe_is_an_error_too()
    {
        var remote = _sample.Prove(_sample.Attached);
        _sample.StandIn.Fault = ServerFault.NullEntry;
        Assert.Contains("is null", Assert.Throws<RemoteException>(() => _sample.Attached.Ask(remote, ServedSample.Question("sample_routing", 3), null, null, ServedSample.Cancellation)).Fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ServerFault.BusyAtFirst)]
    [InlineData(ServerFault.BreaksOff)]
    public void A_busy_server_and_a_broken_connection_are_asked_again(object fault)
    {
        var question = ServedSample.Question("sample_routing", 6);
        var expected = _sample.Attached.Ask(_sample.Prove(_sample.Attached), question, null, null, ServedSample.Cancellation);
        _sample.StandIn.Fault = (ServerFault)fault;
        Assert.Equal(expected.ComputeDigest(), _sample.Attached.Ask(_sample.Prove(_sample.Attached), question, null, null, ServedSample.Cancellation).ComputeDigest());
    }

    [Fact]
    public void No_more_requests_are_under_way_than_was_said()
    {
        var remote = _sample.Prove(_sample.Attached);
        _sample.StandIn.Gathers = 3;
        _sample.Attached.Ask(remote, ServedSample.Question("sample_routing", 3), null, null, ServedSample.Cancellation);
        Assert.Equal(3, _sample.StandIn.MostAtOnce);
    }

    [Fact]
    public void A_servers_greedy_flags_are_as_near_to_turning_as_those_that_are_computed_here()
    {
        var rows = File.ReadLines(Path.Combine(ServedSample.Samples, "data", "corpus.txt")).Where(text => text.Length > 20 && text.All(char.IsAscii)).Take(12);
        File.WriteAllLines(_sample.Temp.PathTo("training_rows.jsonl"), rows.Select(text => new JsonObject { ["prefix"] = text[..text.LastIndexOf(' ')], ["rest"] = text[text.LastIndexOf(' ')..] }.ToJsonString()));
        var question = EvaluationQuestion.Read(EvaluationTask.Load(Repository.PathTo("policies", "tasks", "verbatim.yaml")), new EvaluationScope(_sample.Temp.Path));
        var (here, there) = (_sample.Attached.Evaluate(question, null, ServedSample.Cancellation), _sample.Attached.Ask(_sample.Prove(_sample.Attached), question, null, null, ServedSample.Cancellation));
        Assert.Equal(here.Items.Select(item => item.Greedy), there.Items.Select(item => item.Greedy));
        Assert.Equal(here.Items.Select(item => item.Unsteady?.Contains("acc") ?? false), there.Items.Select(item => item.Unsteady?.Contains("acc") ?? false));
    }

    [Fact]
    public void A_request_that_does_not_fit_the_server_is_refused_and_nothing_is_cut()
    {
        using var small = new VllmStandIn(_sample.Base) { MaxLength = 30 };
        using var server = new RemoteServer(ServedSample.Options(small));
        var remote = RemoteModel.Prove(server, _sample.Evaluator.Model, _sample.Probe, ServedSample.Cancellation);
        Assert.Contains("the server takes 29", Assert.Throws<RemoteException>(() => _sample.Evaluator.Ask(remote, ServedSample.Question("sample_routing", 12), null, null, ServedSample.Cancellation)).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Texts_are_not_generated_by_a_server()
    {
        var remote = _sample.Prove(_sample.Attached);
        Assert.Contains("not for texts", Assert.Throws<RemoteException>(() => _sample.Attached.Ask(remote, ServedSample.Question("sample_generate", 2), null, null, ServedSample.Cancellation)).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_wants_a_key_gets_it_with_every_request_and_says_so_without()
    {
        _sample.StandIn.ApiKey = "secret";
        using var stranger = new RemoteServer(ServedSample.Options(_sample.StandIn));
        Assert.Contains("Give the key", Assert.Throws<RemoteException>(() => RemoteModel.Prove(stranger, _sample.Evaluator.Model, _sample.Probe, ServedSample.Cancellation)).Message, StringComparison.Ordinal);
        using var known = new RemoteServer(ServedSample.Options(_sample.StandIn) with { ApiKey = "secret" });
        var remote = RemoteModel.Prove(known, _sample.Evaluator.Model, _sample.Probe, ServedSample.Cancellation);
        Assert.Equal(2, _sample.Evaluator.Ask(remote, ServedSample.Question("sample_facts", 2), null, null, ServedSample.Cancellation).Items.Count);
    }

    [Fact]
    public void Where_nobody_listens_the_address_is_named()
    {
        _sample.StandIn.Dispose();
        using var server = new RemoteServer(ServedSample.Options(_sample.StandIn));
        Assert.Contains("127.0.0.1", Assert.Throws<RemoteException>(() => RemoteModel.Prove(server, _sample.Evaluator.Model, _sample.Probe, ServedSample.Cancellation)).Place, StringComparison.Ordinal);
    }
}
