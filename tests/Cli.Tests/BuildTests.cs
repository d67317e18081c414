using Loragate.Testing;

namespace Loragate.Cli;

public sealed class BuildTests
{
    [Fact]
    public void A_build_is_named_by_its_version_and_by_the_code_it_was_made_from()
    {
        Assert.Matches(@"^\d+\.\d+\.\d+\+[0-9a-f]{12}$", Build.Name);
        Assert.Equal(Build.Name, Tool.Version);
    }

    [Fact]
    public void The_code_is_that_of_every_project()
    {
        var projects = Directory.EnumerateDirectories(Repository.PathTo("src")).Select(folder => Path.GetFileName(folder)!).Select(name => name == "Cli" ? "loragate" : $"Loragate.{name}");
        Assert.Equal(projects.Order(StringComparer.Ordinal), Build.Parts.Select(part => part.GetName().Name!).Order(StringComparer.Ordinal));
    }
}
