using System.Text.RegularExpressions;

namespace Loragate.Architecture;

/// <summary>Folders build on each other in one direction, so that each can be read, and changed, after those below it and without those above.</summary>
public sealed class FolderTests
{
    /// <summary>The folders at a project's root; what lies in the root itself (requests, errors, entry points) is for all of them.</summary>
    [Theory]
    [InlineData("MergeEngine")]
    [InlineData("Tuning")]
    public void Folders_of_a_project_never_use_each_other_in_a_circle(string project)
    {
        var uses = UsesOf(project);
        Assert.True(uses.Values.Sum(folders => folders.Count) > 5, "The search sees hardly any use: this test shows nothing.");
        while (uses.Keys.FirstOrDefault(folder => !uses[folder].Overlaps(uses.Keys)) is { } free)
            uses.Remove(free);
        Offenders.None(uses.SelectMany(folder => folder.Value.Intersect(uses.Keys).Select(used => $"{folder.Key} → {used}")).Order(StringComparer.Ordinal));
    }

    /// <summary>Folder → the folders whose namespaces its files name.</summary>
    private static Dictionary<string, HashSet<string>> UsesOf(string project)
    {
        var folders = Directory.EnumerateDirectories(Path.Combine(Product.SourceFolder, project)).Where(Product.IsOurs).Select(path => Path.GetFileName(path)!).ToHashSet(StringComparer.Ordinal);
        return folders.ToDictionary(
            folder => folder,
            folder => Product.Sources.Where(path => Product.Relative(path).StartsWith($"{project}/{folder}/", StringComparison.Ordinal))
                .SelectMany(path => Regex.Matches(File.ReadAllText(path), $@"Loragate\.{project}\.(\w+)").Select(match => match.Groups[1].Value))
                .Where(name => name != folder && folders.Contains(name)).ToHashSet(StringComparer.Ordinal),
            StringComparer.Ordinal);
    }
}
