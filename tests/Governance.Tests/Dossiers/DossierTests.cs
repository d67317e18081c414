using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Governance.Keys;
using Loragate.Governance.Signing;
using Loragate.Governance.Tests.Deciding;
using Loragate.Testing;

namespace Loragate.Governance.Dossiers;

/// <summary>Whoever can write to a dossier, but has no key, can neither plant a record nor make an old one young.</summary>
public sealed class DossierTests : IDisposable
{
    private static readonly string Report = Dossier.CandidateReportFile("facts");
    private readonly TestFolder _keys = new();
    private readonly TempFolder _temp = new();
    private readonly List<string> _refusals = [];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_report_is_read_back_with_the_run_that_made_it(bool withKey)
    {
        var key = withKey ? _keys.Key : null;
        using (var dossier = Open("dossier", key, age: 0))
            dossier.WriteReport(Report, Dated(age: 20));
        using var again = Open("dossier", key, age: -5);
        var read = again.TryReadReport(Report);
        Assert.Equal(Dated(20).Record.ComputeDigest(), read?.Record.ComputeDigest());
        Assert.Equal(SampleEvidence.Run(20), read?.Run);
        Assert.Equal(SampleEvidence.Run(), again.Run);
        Assert.Empty(_refusals);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_report_whose_run_is_missing_is_not_reused(bool withKey)
    {
        using var dossier = Open("dossier", withKey ? _keys.Key : null, age: 0);
        dossier.WriteReport(Report, Dated(age: 20));
        File.Delete(dossier.PathTo(Dossier.RunOf(Report)));
        Assert.Null(dossier.TryReadReport(Report));
        Assert.Contains("the run that made it is missing", Assert.Single(_refusals), StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_beside_the_signed_run_of_another_dossier_is_not_reused()
    {
        using var dossier = Open("dossier", _keys.Key, age: 0);
        dossier.WriteReport(Report, Dated(age: 20));
        using var other = Open("other", _keys.Key, age: 0);
        other.WriteReport(Report, Dated(age: 1));
        File.Copy(other.PathTo(Dossier.RunOf(Report)), dossier.PathTo(Dossier.RunOf(Report)), overwrite: true);
        Assert.Null(dossier.TryReadReport(Report));
        Assert.Contains("signed was", Assert.Single(_refusals), StringComparison.Ordinal);
    }

    [Fact]
    public void The_dossiers_own_young_run_does_not_serve_for_an_old_report()
    {
        using var dossier = Open("dossier", _keys.Key, age: 0);
        dossier.WriteReport(Report, Dated(age: 20));
        File.Copy(dossier.PathTo(Dossier.RunFile), dossier.PathTo(Dossier.RunOf(Report)), overwrite: true);
        Assert.Null(dossier.TryReadReport(Report));
    }

    [Fact]
    public void A_signed_run_of_another_dossier_takes_no_record_with_it()
    {
        using (var dossier = Open("dossier", _keys.Key, age: 40))
        {
            dossier.Write(Dossier.InspectionFile, SampleEvidence.Inspection().Record);
            dossier.WriteReport(Report, Dated(age: 40));
        }
        using (var other = Open("other", _keys.Key, age: 0))
            Replace(other, Dossier.RunFile);
        using var forged = Open("dossier", _keys.Key, age: 0);
        Assert.Equal(SampleEvidence.Run(), forged.Run);
        Assert.Null(forged.TryRead<Artifacts.Records.Inspecting.Inspection>(Dossier.InspectionFile));
        Assert.Equal(SampleEvidence.Run(40), forged.TryReadReport(Report)?.Run);

        void Replace(Dossier source, string file)
        {
            foreach (var name in (string[])[file, RecordFolder.SignatureOf(file)])
                File.Copy(source.PathTo(name), _temp.PathTo("dossier", name), overwrite: true);
        }
    }

    [Fact]
    public void A_signed_report_does_not_serve_in_another_place()
    {
        using var dossier = Open("dossier", _keys.Key, age: 0);
        dossier.WriteReport(Report, Dated(age: 0));
        var elsewhere = Dossier.BaseReportFile("facts");
        Directory.CreateDirectory(Path.GetDirectoryName(dossier.PathTo(elsewhere))!);
        foreach (var (from, to) in new[] { (Report, elsewhere), (RecordFolder.SignatureOf(Report), RecordFolder.SignatureOf(elsewhere)), (Dossier.RunOf(Report), Dossier.RunOf(elsewhere)) })
            File.Copy(dossier.PathTo(from), dossier.PathTo(to));
        Assert.Null(dossier.TryReadReport(elsewhere));
        Assert.NotNull(dossier.TryReadReport(Report));
    }

    [Fact]
    public void A_changed_bit_in_record_run_or_signature_is_refused()
    {
        using var dossier = Open("dossier", _keys.Key, age: 0);
        dossier.WriteReport(Report, Dated(age: 3));
        foreach (var path in new[] { Report, Dossier.RunOf(Report), RecordFolder.SignatureOf(Report) }.Select(dossier.PathTo))
        {
            var honest = File.ReadAllBytes(path);
            for (var i = 0; i < honest.Length; i += 7)
            {
                var changed = (byte[])honest.Clone();
                changed[i] ^= 4;
                File.WriteAllBytes(path, changed);
                Assert.True(dossier.TryReadReport(Report) is null, $"{path}, byte {i}");
            }
            File.WriteAllBytes(path, honest);
        }
        Assert.NotNull(dossier.TryReadReport(Report));
    }

    [Fact]
    public void Without_a_trusted_run_all_records_are_dropped()
    {
        using (var dossier = Open("dossier", _keys.Key, age: 40))
            dossier.WriteReport(Report, Dated(age: 40));
        File.Delete(_temp.PathTo("dossier", RecordFolder.SignatureOf(Dossier.RunFile)));
        using var again = Open("dossier", _keys.Key, age: 0);
        Assert.Equal(SampleEvidence.Run(), again.Run);
        Assert.False(File.Exists(again.PathTo(Report)));
    }

    [Fact]
    public void Removing_a_report_removes_its_run_and_signature()
    {
        using var dossier = Open("dossier", _keys.Key, age: 0);
        dossier.WriteReport(Report, Dated(age: 3));
        dossier.RemoveReport(Report);
        Assert.False(Directory.Exists(_temp.PathTo("dossier", "evaluations")));
    }

    [Fact]
    public void A_record_that_stands_is_not_signed_again()
    {
        using var dossier = Open("dossier", _keys.Key, age: 0);
        dossier.WriteReport(Report, Dated(age: 3));
        var signature = File.ReadAllBytes(dossier.PathTo(RecordFolder.SignatureOf(Report)));
        dossier.WriteReport(Report, Dated(age: 3));
        Assert.Equal(signature, File.ReadAllBytes(dossier.PathTo(RecordFolder.SignatureOf(Report))));
        dossier.WriteReport(Report, Dated(age: 4));
        Assert.NotEqual(signature, File.ReadAllBytes(dossier.PathTo(RecordFolder.SignatureOf(Report))));
        Assert.Equal(SampleEvidence.Run(4), dossier.TryReadReport(Report)?.Run);
    }

    [Fact]
    public void A_dossier_is_one_gates_at_a_time_and_nobodys_other_folder()
    {
        using var dossier = Open("dossier", null, age: 0);
        Assert.Throws<DossierException>(() => Open("dossier", null, age: 0));
        _temp.Write("photos/cat.png", "x"u8);
        Assert.Throws<DossierException>(() => Open("photos", null, age: 0));
    }

    [Fact]
    public void A_signed_dossier_is_not_opened_without_a_key()
    {
        Open("dossier", _keys.Key, age: 0).Dispose();
        var before = File.ReadAllBytes(_temp.PathTo("dossier", "run.json"));
        Assert.Contains("has no key", Assert.Throws<DossierException>(() => Open("dossier", null, age: 0)).Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(_temp.PathTo("dossier", "run.json")));
        Assert.True(File.Exists(_temp.PathTo("dossier", RecordFolder.SignatureOf("run.json"))));
    }

    [Theory]
    [InlineData("evaluations")]
    [InlineData("evaluations/base")]
    [InlineData("adapter.partial")]
    [InlineData("merged")]
    [InlineData("report.pdf")]
    public void A_link_in_a_dossier_leads_nothing_out_of_it(string name)
    {
        Open("dossier", _keys.Key, age: 0).Dispose();
        _temp.Write("elsewhere/file", "untouched"u8);
        Directory.CreateDirectory(Path.GetDirectoryName(_temp.PathTo("dossier", name))!);
        File.CreateSymbolicLink(_temp.PathTo("dossier", name), _temp.PathTo("elsewhere"));
        Assert.Contains(Path.GetFileName(name), Assert.Throws<FolderException>(() => Open("dossier", _keys.Key, age: 0)).Place, StringComparison.Ordinal);
        Assert.Equal(["file"], Directory.EnumerateFileSystemEntries(_temp.PathTo("elsewhere")).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("pipe")]
    [InlineData("/dev/zero")]
    public void A_record_that_is_no_plain_file_is_not_reused(string planted)
    {
        Assert.SkipUnless(Shell.Has("mkfifo"), "mkfifo is not installed.");
        using var dossier = Open("dossier", null, age: 0);
        dossier.WriteReport(Report, Dated(age: 3));
        File.Delete(dossier.PathTo(Report));
        if (planted == "pipe")
            Assert.Equal(0, Shell.Run("mkfifo", _temp.Path, dossier.PathTo(Report)).ExitCode);
        else
            File.CreateSymbolicLink(dossier.PathTo(Report), planted);
        Assert.Null(dossier.TryReadReport(Report));
        Assert.Contains(planted == "pipe" ? "neither a plain file" : "symbolic link", Assert.Single(_refusals), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_is_no_dossier() =>
        Assert.Contains("a file", Assert.Throws<DossierException>(() => Open(_temp.Write("file", "x"u8), null, age: 0)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("run.json")]
    [InlineData("inspection.json")]
    [InlineData("merge-receipt.json.sigstore.json")]
    [InlineData("seal.sigstore.json")]
    public void A_dossier_is_known_by_what_is_left_of_it(string left)
    {
        _temp.Write($"stripped/{left}", "{}"u8);
        Assert.True(Dossier.IsDossier(_temp.PathTo("stripped")));
    }

    [Fact]
    public void Scores_of_the_release_before_are_none_of_this_ones()
    {
        using var dossier = Open("dossier", _keys.Key, age: 0);
        Assert.False(dossier.HasScores);
        dossier.Keep(Dossier.PreviousReportFile("facts"), Dated(20).Record.ToCanonicalJson());
        Assert.False(dossier.HasScores);
        dossier.WriteReport(Report, Dated(age: 20));
        Assert.True(dossier.HasScores);
    }

    [Fact]
    public void An_answer_that_was_kept_is_a_score_although_its_report_is_still_to_come()
    {
        using var dossier = Open("dossier", _keys.Key, age: 0);
        _temp.Write($"dossier/{Dossier.AnswersOf(Report)}", []);
        Assert.False(dossier.HasScores);
        _temp.Write($"dossier/{Dossier.AnswersOf(Report)}", "{}\n"u8);
        Assert.True(dossier.HasScores);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_was_made_of_a_folder_goes_before_the_folder_even_where_that_is_lost(bool isThere)
    {
        if (isThere)
            _temp.Write("dossier/merged/config.json", "{}"u8);
        _temp.Write("dossier/run.json", "{}"u8);
        var seen = new List<bool>();
        using var dossier = Dossier.Open(_temp.PathTo("dossier"), key: null, SampleEvidence.Run(), changing: _ => seen.Add(Directory.Exists(_temp.PathTo("dossier", "merged"))));
        seen.Clear();
        dossier.RemoveFolder("lost");
        Assert.Empty(seen);
        dossier.MakeRoomFor("merged");
        Assert.Equal(isThere, Assert.Single(seen));
        Assert.False(Directory.Exists(_temp.PathTo("dossier", "merged")));
    }

    public void Dispose()
    {
        _keys.Dispose();
        _temp.Dispose();
    }

    private Dossier Open(string name, SigningKey? key, int age) => Dossier.Open(_temp.PathTo(name), key, SampleEvidence.Run(age), new Listener(_refusals));

    private static DatedRecord<EvaluationReport> Dated(int age) => new(SampleEvidence.Report("facts", isBase: false, [SampleEvidence.Item(0, "acc", 1)]).Record, SampleEvidence.Run(age));

    private sealed class Listener(List<string> heard) : IProgress<string>
    {
        public void Report(string value) => heard.Add(value);
    }
}
