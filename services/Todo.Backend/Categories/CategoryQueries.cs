using Npgsql;
using Todo.Backend.Labels;

namespace Todo.Backend.Categories;

/// <summary>Reads a user's categories.</summary>
internal sealed class CategoryQueries(NpgsqlDataSource database) : LabelQueries(LabelKind.Category, database);
