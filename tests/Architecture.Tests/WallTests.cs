using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using Loragate.Testing;

namespace Loragate.Architecture;

public sealed class WallTests
{
    public static TheoryData<string> Projects => [.. Product.Walls.Keys];

    [Fact]
    public void Every_project_of_the_product_has_its_wall() =>
        Assert.Equal(Product.Walls.Keys.Order(), Directory.EnumerateDirectories(Product.SourceFolder).Select(Path.GetFileName).Order());

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_file_references_only_what_its_wall_allows(string project)
    {
        var references = XDocument.Load(Path.Combine(Product.SourceFolder, project, $"{project}.csproj"))
            .Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));
        Offenders.None(references.Except(Product.Walls[project]));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void An_assembly_references_only_what_its_wall_allows(string project)
    {
        var own = AssemblyReferences(project).Where(name => name.StartsWith("Loragate", StringComparison.OrdinalIgnoreCase));
        Offenders.None(own.Except(Product.Walls[project].Select(Product.AssemblyName)));
    }

    [Theory]
    [InlineData("Artifacts")]
    [InlineData("Governance")]
    public void Whoever_judges_records_never_loads_Torch(string project)
    {
        Assert.DoesNotContain(AssemblyReferences(project), name => name.Contains("Torch", StringComparison.Ordinal));
        Assert.DoesNotContain("Torch", File.ReadAllText(Path.Combine(Product.SourceFolder, project, $"{project}.csproj")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_bytes_need_no_package() =>
        Offenders.None(XDocument.Load(Path.Combine(Product.SourceFolder, "Artifacts", "Artifacts.csproj")).Descendants("PackageReference"));

    [Fact]
    public void A_merge_runs_where_Torch_is_not_installed()
    {
        using var temp = new TempFolder();
        var folder = temp.PathTo("tool");
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll").Append(Path.Combine(AppContext.BaseDirectory, "loragate.runtimeconfig.json")))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        File.Delete(Path.Combine(folder, "TorchSharp.dll"));
        var (baseModel, adapter) = (Repository.PathTo("samples", "base"), Repository.PathTo("samples", "adapters", "routing-good"));
        var tool = Path.Combine(folder, "loragate.dll");
        var merge = Shell.Run("dotnet", folder, tool, "merge", "--base", baseModel, "--adapter", adapter, "--output", temp.PathTo("merged"));
        Assert.True(merge.ExitCode == 0, merge.Error);
        var undo = Shell.Run("dotnet", folder, tool, "unmerge", "--merged", temp.PathTo("merged"), "--output", temp.PathTo("restored"));
        Assert.True(undo.ExitCode == 0, undo.Error);
        var evaluation = Shell.Run("dotnet", folder, tool, "evaluate", "--model", baseModel, "--tasks", Repository.PathTo("samples", "tasks", "sample_facts.yaml"), "--data", Repository.PathTo("samples"), "--output", temp.PathTo("scores"), "--device", "cpu");
        Assert.True(evaluation.ExitCode != 0 && evaluation.Error.Contains("TorchSharp", StringComparison.Ordinal), "Torch was there after all: this test shows nothing.");
    }

    private static List<string> AssemblyReferences(string project)
    {
        using var file = new PEReader(File.OpenRead(Product.AssemblyPath(project)));
        var metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }
}
