using System.Globalization;
using Loragate.EvalHarness.Text;

namespace Loragate.EvalHarness.Templates.Syntax;

/// <summary>The variables of one rendering, innermost first, and what it has used of its limits.</summary>
internal sealed class Scope
{
    // Characters that are handled about as fast as an expression is evaluated.
    private const int SizeOfStep = 256;

    private readonly Stack<Dictionary<string, Value>> _frames = new();
    private readonly IReadOnlyDictionary<string, Value> _variables;
    private readonly TemplateOptions _options;
    private readonly string _place;
    private readonly SearchBudget _searches;
    private int _steps;

    /// <summary>A scope over the variables that the caller gives.</summary>
    public Scope(IReadOnlyDictionary<string, Value> variables, TemplateOptions options, SearchBudget searches, string place)
    {
        _searches = searches;
        _variables = variables;
        _options = options;
        _place = place;
        Enter();
    }

    /// <summary>Where and in what the rendering is, for faults of values that have no line of their own.</summary>
    public int Line { get; private set; }

    /// <summary>The place of the template, for patterns in it.</summary>
    public string Place => $"{_place}, template line {Line.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Whether an undefined value is false, prints nothing and has no items.</summary>
    public bool UndefinedIsEmpty => _options.UndefinedIsEmpty;

    /// <summary>Opens a frame: what is set in it is gone when it is left.</summary>
    public void Enter() => _frames.Push(new Dictionary<string, Value>(StringComparer.Ordinal));

    /// <summary>Leaves the innermost frame.</summary>
    public void Leave() => _frames.Pop();

    /// <summary>Sets a variable of the innermost frame.</summary>
    public void Set(string name, Value value) => _frames.Peek()[name] = value;

    /// <summary>A variable, or undefined.</summary>
    public Value Get(string name)
    {
        foreach (var frame in _frames)
        {
            if (frame.TryGetValue(name, out var value))
                return value;
        }
        return _variables.TryGetValue(name, out var given) ? given : new UndefinedValue($"'{name}'");
    }

    /// <summary>Counts a step of work.</summary>
    /// <exception cref="TemplateException">The limit is reached.</exception>
    public void Step(int line, int cost = 1)
    {
        Line = line;
        _steps += cost;
        if (_steps > _options.MaxSteps)
            throw Fault($"more than {_options.MaxSteps} steps");
    }

    /// <summary>Counts the work of making and reading a value: whatever is done with a large one costs the more steps, the larger it is.</summary>
    /// <exception cref="TemplateException">It is too large, or the limit of steps is reached.</exception>
    public void Charge(Value value)
    {
        if (value.Size > _options.MaxOutput)
            throw Fault($"a value of more than {_options.MaxOutput} characters and items");
        Step(Line, (int)(value.Size / SizeOfStep));
    }

    /// <summary>Runs a search of a regular expression; those of all renderings of a template together may take only so long.</summary>
    /// <exception cref="TemplateException">They took longer.</exception>
    public T Search<T>(Func<T> search) => _searches.Run(search, Fault);

    /// <summary>A string, if it is not too long.</summary>
    public StringValue Text(string text) => text.Length <= _options.MaxOutput ? new StringValue(text) : throw TooLong();

    /// <summary>Checks a length before the string is made.</summary>
    public void CheckLength(long length)
    {
        if (length > _options.MaxOutput)
            throw TooLong();
    }

    /// <summary>A fault at the current line.</summary>
    public TemplateException Fault(string fault) => new(Place, fault);

    private TemplateException TooLong() => Fault($"a text of more than {_options.MaxOutput} characters");
}
