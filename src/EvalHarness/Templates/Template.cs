using System.Text;
using Loragate.EvalHarness.Templates.Syntax;
using Loragate.EvalHarness.Text;

namespace Loragate.EvalHarness.Templates;

/// <summary>
/// The part of Jinja 3 that evaluation tasks and chat templates use, with Python's values: output, operators, slices, inline if, if, for, set,
/// namespaces, methods of strings, lists and dictionaries, filters and tests. In tasks undefined variables are faults (StrictUndefined) and the
/// last line break stays (keep_trailing_newline); chats have settings of their own. Immutable, and safe for several threads.
/// </summary>
public sealed class Template
{
    private readonly Block _block;
    private readonly TemplateOptions _options;
    private readonly string _place;
    private readonly SearchBudget _searches;

    private Template(Block block, TemplateOptions options, string place) =>
        (_block, _options, _place, _searches) = (block, options, place, new SearchBudget(options.MaxSearching));

    /// <summary>Parses a template with lm-evaluation-harness's settings.</summary>
    /// <param name="text">The template.</param>
    /// <param name="place">The file and the key that hold it, for messages.</param>
    /// <exception cref="TemplateException">It is malformed or uses a construct that is not supported.</exception>
    public static Template Parse(string text, string place) => Parse(text, place, TemplateOptions.Task);

    /// <summary>Parses a template.</summary>
    /// <exception cref="TemplateException">It is malformed or uses a construct that is not supported.</exception>
    public static Template Parse(string text, string place, TemplateOptions options)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(options);
        return new Template(TemplateParser.Parse(text, place, options), options, place);
    }

    /// <summary>The text that the template gives for the variables.</summary>
    /// <exception cref="TemplateException">A variable is undefined, an operation does not apply to a value, or a limit is reached.</exception>
    public string Render(IReadOnlyDictionary<string, Value> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        var output = new StringBuilder();
        _block.Render(new Scope(variables, _options, _searches, _place), output);
        return output.ToString();
    }
}
