using System.Reflection;
using Loragate.Testing;

namespace Loragate.Architecture;

/// <summary>The projects, their sources and what was built from them.</summary>
internal static class Product
{
    public const string Cli = "Cli";

    /// <summary>Project → the projects that it may reference.</summary>
    public static IReadOnlyDictionary<string, string[]> Walls { get; } = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["Artifacts"] = [],
        ["MergeEngine"] = ["Artifacts"],
        ["EvalHarness"] = ["Artifacts"],
        ["Governance"] = ["Artifacts"],
        ["Tuning"] = ["Artifacts", "EvalHarness"],
        [Cli] = ["Artifacts", "MergeEngine", "EvalHarness", "Tuning", "Governance"],
    };

    public static IEnumerable<string> Libraries => Walls.Keys.Where(name => name != Cli);

    public static string SourceFolder => Repository.PathTo("src");

    public static string AssemblyPath(string project) => Path.Combine(AppContext.BaseDirectory, AssemblyName(project) + ".dll");

    /// <summary>What the tests of a project were built to, beside what these were.</summary>
    public static string TestAssemblyPath(string project)
    {
        var own = Path.GetRelativePath(Repository.PathTo("tests", "Architecture.Tests"), AppContext.BaseDirectory);
        return Path.Combine(Repository.PathTo("tests", $"{project}.Tests"), own, $"Loragate.{project}.Tests.dll");
    }

    public static string AssemblyName(string project) => project == Cli ? "loragate" : $"Loragate.{project}";

    public static Assembly Load(string project) => Assembly.LoadFrom(AssemblyPath(project));

    /// <summary>The types that somebody wrote; what the compiler and its generators add is left out.</summary>
    public static IEnumerable<Type> TypesOf(string project) =>
        Load(project).GetTypes().Where(type =>
            type.Namespace?.StartsWith("Loragate", StringComparison.Ordinal) == true
            && !type.FullName!.Contains('<', StringComparison.Ordinal));

    /// <summary>Every source file below src, generated ones left out.</summary>
    public static IEnumerable<string> Sources => Directory.EnumerateFiles(SourceFolder, "*.cs", SearchOption.AllDirectories).Where(IsOurs);

    public static bool IsOurs(string path) =>
        !Path.GetRelativePath(Repository.Root, path).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or ".git" or "TestResults");

    public static string Relative(string path) => Path.GetRelativePath(SourceFolder, path).Replace('\\', '/');
}
