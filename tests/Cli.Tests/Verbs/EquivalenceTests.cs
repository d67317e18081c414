using System.Buffers.Binary;
using System.Text;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Testing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Verbs;

/// <summary>Merges of the sample, sound and faulty ones, held against base and live adapter on the 240 routing items.</summary>
public sealed class EquivalenceTests : IDisposable
{
    /// <summary>The verb's default: two points of accuracy, five items.</summary>
    private const double Margin = 0.02;

    private readonly TempFolder _temp = new();

    /// <summary>
    /// What rounding the merge once costs, in nats: something, and little. Of an answer's log-likelihood bfloat16's 8 bits took 0.07 when this was written, float16's 11 bits a tenth of that; the limits
    /// leave room for processors that sum in another order.
    /// </summary>
    [Theory]
    [InlineData("keep", 0.01, 0.2)]
    [InlineData("float16", 0.001, 0.02)]
    public void A_merge_is_certified_in_the_type_that_it_is_stored_in(string stored, double least, double most)
    {
        Merge(Executable.Base, "routing-good", "merged", "--dtype", stored);
        var (code, certificate) = Certify(Executable.Base, "routing-good");
        var task = Assert.Single(certificate.Tasks);
        Assert.Equal((0, true), (code, certificate.Equivalent));
        Assert.Contains("/float32/", certificate.Engine.Procedure, StringComparison.Ordinal);
        Assert.InRange(task.LargestDifference, least, most);
        Assert.InRange(task.MeanDifference, 0, task.LargestDifference / 3);
        // No answer changed, and of 240 items that leaves 1.1 points on either side.
        Assert.Empty(task.OtherChoices);
        Assert.Equal((0, 0, null), (task.Statistic.Gained, task.Statistic.Lost, task.CoinFlips));
        Assert.Equal((-0.0111, 0.0111), (Math.Round(task.Statistic.Lower, 4), Math.Round(task.Statistic.Upper, 4)));
    }

    /// <summary>Base and merge computed in a half type: its noise may turn answers, so a certificate on 240 items is refused for those alone, although next to nothing changed.</summary>
    [Theory]
    [InlineData("bfloat16", 0.25)]
    [InlineData("float16", 0.1)]
    public void Computed_in_a_half_type_a_sound_merge_is_within_the_margin_and_coin_flips_keep_it_from_a_certificate(string type, double most)
    {
        var model = Executable.Base;
        if (type == "float16")
            model = Merge(Executable.Base, "routing-noop", "base", "--dtype", "float16");
        Merge(model, "routing-good", "merged");
        var (code, certificate) = Certify(model, "routing-good", "--dtype", "keep");
        var task = Assert.Single(certificate.Tasks);
        Assert.Equal((1, false), (code, certificate.Equivalent));
        Assert.Contains($"/{type}/", certificate.Engine.Procedure, StringComparison.Ordinal);
        Assert.InRange(task.LargestDifference, 0.001, most);
        Assert.True(task.CoinFlips > 0);
        Assert.InRange(task.OtherChoices.Count, 0, task.CoinFlips.Value);
        Assert.True(task.Statistic.Lower > -Margin && task.Statistic.Upper < Margin, $"{task.Statistic.Lower} to {task.Statistic.Upper}");
    }

    [Fact]
    public void The_merge_of_another_adapter_is_not_certified()
    {
        Merge(Executable.Base, "routing-good", "merged");
        Assert.Equal(1, Certify(Executable.Base, "routing-biased").Code);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void A_merge_that_left_a_layer_as_it_was_is_not_certified(int layer)
    {
        var merged = Merge(Executable.Base, "routing-good", "merged");
        var changed = 0;
        ChangedWeights.Write(merged, (name, bytes) =>
        {
            var original = ChangedWeights.Read(Executable.Base, name);
            var isLeft = name.StartsWith($"model.layers.{layer}.", StringComparison.Ordinal);
            changed += isLeft && !original.AsSpan().SequenceEqual(bytes) ? 1 : 0;
            return isLeft ? original : bytes;
        });
        Assert.True(changed > 0);
        AssertNotCertified(atLeast: 20);
    }

    /// <summary>bfloat16 has seven bits behind the point; two of them are left.</summary>
    [Fact]
    public void A_merge_whose_weights_were_cut_to_fewer_bits_is_not_certified()
    {
        var merged = Merge(Executable.Base, "routing-good", "merged");
        ChangedWeights.Write(merged, (_, bytes) =>
        {
            var cut = (byte[])bytes.Clone();
            for (var i = 0; i < cut.Length; i += 2)
                BinaryPrimitives.WriteUInt16LittleEndian(cut.AsSpan(i), (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(cut.AsSpan(i)) & 0xFFE0));
            return cut;
        });
        AssertNotCertified(atLeast: 10);
    }

    /// <summary>Such a row counts as wrong on both sides, and so for equivalence.</summary>
    [Fact]
    public void Rows_that_no_model_can_answer_are_told_once()
    {
        Merge(Executable.Base, "routing-good", "merged");
        var task = _temp.Write("task.yaml", """
            task: lost
            dataset_path: json
            dataset_kwargs: {data_files: {test: rows.jsonl}}
            test_split: test
            output_type: multiple_choice
            doc_to_text: q
            doc_to_choice: ["yes", "no"]
            doc_to_target: answer
            """u8);
        var rows = _temp.Write("rows.jsonl", "{\"q\":\"a\",\"answer\":\"yes\"}\n{\"q\":\"b\",\"answer\":\"perhaps\"}\n"u8);
        var result = Executable.Run("equivalence", "--base", Executable.Base, "--adapter", Executable.Adapter("routing-good"), "--merged", _temp.PathTo("merged"), "--tasks", task, "--data", _temp.Path, "--device", "cpu");
        var told = string.Join(' ', result.Error.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.True(result.ExitCode is 0 or 1, result.Error);
        Assert.Equal(2, told.Split($"the right answer is none of the choices in one row, so every answer to it counts as wrong; the first is {rows}, line 2.").Length);
    }

    public void Dispose() => _temp.Dispose();

    private void AssertNotCertified(int atLeast)
    {
        var (code, certificate) = Certify(Executable.Base, "routing-good");
        var task = Assert.Single(certificate.Tasks);
        Assert.Equal((1, false), (code, certificate.Equivalent));
        Assert.True(task.Statistic.Lower <= -Margin || task.Statistic.Upper >= Margin, $"{task.Statistic.Lower} to {task.Statistic.Upper}");
        Assert.True(task.LargestDifference > 1, $"{task.LargestDifference} nats");
        Assert.InRange(task.OtherChoices.Count, atLeast, 240);
    }

    private string Merge(string model, string adapter, string output, params string[] more)
    {
        Executable.Must(["merge", "--base", model, "--adapter", Executable.Adapter(adapter), "--output", _temp.PathTo(output), "--device", "cpu", .. more]);
        return _temp.PathTo(output);
    }

    private (int Code, EquivalenceCertificate Certificate) Certify(string model, string adapter, params string[] more)
    {
        var result = Executable.Run([
            "equivalence", "--base", model, "--adapter", Executable.Adapter(adapter), "--merged", _temp.PathTo("merged"), "--tasks", Path.Combine(Executable.Samples, "tasks", "sample_routing.yaml"),
            "--data", Executable.Samples, "--device", "cpu", "--json", .. more]);
        Assert.True(result.ExitCode is 0 or 1, result.Error);
        return (result.ExitCode, Record.Parse<EquivalenceCertificate>(Encoding.UTF8.GetBytes(result.Output[..^1]), "standard output"));
    }
}
