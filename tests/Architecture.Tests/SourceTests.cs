using System.Text.RegularExpressions;
using Loragate.Testing;

namespace Loragate.Architecture;

public sealed partial class SourceTests
{
    private const int MostLines = 350;

    /// <summary>File → why it is longer.</summary>
    private static readonly Dictionary<string, string> Long = [];

    private static readonly string[] ForbiddenFolders = ["Helpers", "Utils", "Utilities", "Managers", "Services", "Interfaces", "Common", "Models"];

    /// <summary>Folder → why it may be called so.</summary>
    private static readonly Dictionary<string, string> AllowedFolders = new(StringComparer.Ordinal)
    {
        ["EvalHarness/Models"] = "language models",
        ["EvalHarness/Tokenizers/Models"] = "the part of a tokenizer.json that its format calls the model",
    };

    [Fact]
    public void The_search_sees_the_sources() => Assert.True(Product.Sources.Count() > 100);

    [Fact]
    public void No_file_is_longer_than_a_reader_can_hold() =>
        Offenders.None(Product.Sources.Select(path => (Name: Product.Relative(path), Lines: File.ReadAllLines(path).Length)).Where(file => file.Lines > MostLines && !Long.ContainsKey(file.Name)));

    [Fact]
    public void A_file_has_at_most_one_public_top_level_type() =>
        Offenders.None(Product.Sources.Where(path => PublicType().Count(File.ReadAllText(path)) > 1).Select(Product.Relative));

    [Fact]
    public void A_file_is_named_like_its_public_type() =>
        Offenders.None(Product.Sources.Where(path => PublicType().Match(File.ReadAllText(path)) is { Success: true } match && Path.GetFileName(path).Split('.')[0] != match.Groups["name"].Value).Select(Product.Relative));

    [Fact]
    public void No_folder_is_a_drawer_for_everything() =>
        Offenders.None(Directory.EnumerateDirectories(Product.SourceFolder, "*", SearchOption.AllDirectories)
            .Where(Product.IsOurs)
            .Where(folder => ForbiddenFolders.Contains(Path.GetFileName(folder), StringComparer.OrdinalIgnoreCase))
            .Select(Product.Relative)
            .Except(AllowedFolders.Keys));

    /// <summary>What runs parts on other threads catches a part's fault to throw it again on the caller's.</summary>
    [Fact]
    public void Only_the_executable_catches_everything() =>
        Offenders.None(Product.Sources.Where(path => !Product.Relative(path).StartsWith(Product.Cli + "/", StringComparison.Ordinal) && CatchAll().IsMatch(File.ReadAllText(path)))
            .Select(Product.Relative).Except(["Artifacts/InParallel.cs", "Artifacts/Folders/UncachedWriter.cs"]));

    [Fact]
    public void Nothing_is_left_to_do_and_nothing_is_folded_away() =>
        Offenders.None(Product.Sources.Where(path => Unfinished().IsMatch(File.ReadAllText(path))).Select(Product.Relative));

    [Fact]
    public void Test_projects_mirror_the_product() =>
        Offenders.None(Product.Walls.Keys.Where(project => !Directory.Exists(Repository.PathTo("tests", $"{project}.Tests"))));

    [GeneratedRegex(@"^public (sealed |static |abstract |readonly |partial |ref |unsafe )*(class|record struct|record|struct|interface|enum|delegate [\w<>?]+) (?<name>\w+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex PublicType();

    /// <summary>Every exception, kept; "catch { … throw; }" and "catch … when" are not.</summary>
    [GeneratedRegex(@"catch \((System\.)?Exception( \w+)?\)\s*$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex CatchAll();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK)\b|^\s*#region", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Unfinished();
}
